//! The APIs of a flow as an OpenAPI 3.1 document.
//!
//! `target` takes the URLs apart, `parameter` says what they and the headers carry, `secrets` which
//! secrets they need; `operation` makes one operation of all APIs that share method and path.

mod operation;
mod parameter;
mod secrets;
mod target;

use indexmap::IndexMap;
use sayflow::{Method, Program};
use serde::Serialize;

use super::schema::Schema;
use super::{parts, reply, request};
use operation::{Call, Operation};
use secrets::SecurityScheme;

const VERSION: &str = "3.1.1";

/// Where the document keeps its schemas.
const SCHEMAS: &str = "#/components/schemas/";

const DESCRIPTION: &str = "\
What a sayflow flow asks of its endpoints, and what it takes for an answer.

The reply to a call must be complete within the time that its operation names, five seconds at most, from name \
look-up to the last byte of the body. Redirects are not followed. Every call ends in one of these outcomes, of \
several the first:

| outcome | when |
| --- | --- |
| `blocked` | the request was not sent |
| `timeout` | the time was over; a late reply is dropped |
| `unreachable` | name look-up, connecting, TLS, a reset, a reply cut short |
| `status` | an HTTP status that is not 2xx |
| `too large` | a body over the limit, 1 MiB unless the host says otherwise |
| `not json` | not UTF-8 or not JSON |
| `declined` | `success` is false |
| `contract` | JSON that its schema refuses |
| `empty` | a good reply whose text or list is empty, perhaps after options with unknown sequences were left out |
| `ok` | a good reply |

Attributes are saved in `ok` and `empty` alone, all of a reply or none. A failure never ends a conversation: the \
flow says what comes instead.";

/// An OpenAPI 3.1 document. It serializes with the same keys in the same order whichever features of
/// serde_json are on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenApi {
    openapi: &'static str,
    info: Info,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<Server>,
    paths: IndexMap<String, PathItem>,
    components: Components,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Info {
    title: String,
    description: &'static str,
    version: &'static str,
}

/// Where paths begin.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Server {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// What can be asked at a path.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct PathItem {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<Server>,
    #[serde(skip_serializing_if = "Option::is_none")]
    get: Option<Operation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<Operation>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    schemas: IndexMap<String, Schema>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    security_schemes: IndexMap<String, SecurityScheme>,
}

/// The APIs of a program, which people call `name`.
///
/// Each API is an operation with its name as `operationId`. OpenAPI has room for one operation at a path and
/// method: APIs that share both, whichever their servers and however their attributes are called, become one
/// operation that takes what any of them sends (`anyOf`) and may answer what any of them understands.
/// `x-sayflow-apis` lists the APIs of an operation, and its `operationId` joins their names with a `.`.
///
/// # Examples
///
/// ```
/// use sayflow::{Program, Source};
///
/// let flow = r#"
/// attribute order_no: text = "A-17"
/// api order_status: text {
///   get "https://api.shop.example/orders/{{order_no}}"
/// }
/// on start {
///   text "<<order_status>>" else "Closed."
/// }
/// "#;
/// let program = Program::load([Source::new("shop.flow", flow)])?;
/// let document = serde_json::to_value(sayflow_kit::contract::openapi(&program, "shop"))?;
/// let operation = &document["paths"]["/orders/{order_no}"]["get"];
/// assert_eq!(operation["operationId"], "order_status");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn openapi(program: &Program, name: &str) -> OpenApi {
    let servers: Vec<Server> = program.servers().map(Server::of_flow).collect();
    let schemes = secrets::schemes(program);
    let mut by_shape: IndexMap<String, Vec<Call<'_>>> = IndexMap::new();
    for api in program.apis() {
        let call = Call::new(program, &schemes, api);
        by_shape.entry(call.target.shape()).or_default().push(call);
    }
    let paths = by_shape.values().filter_map(|calls| {
        let path = calls.first()?.target.path();
        Some((path, path_item(calls, &servers)))
    });
    let mut document = OpenApi {
        openapi: VERSION,
        info: Info {
            title: format!("Endpoints of {name}"),
            description: DESCRIPTION,
            version: "1",
        },
        paths: paths.collect(),
        servers,
        components: Components {
            schemas: IndexMap::new(),
            security_schemes: secrets::by_key(schemes),
        },
    };
    document.add_schemas(program);
    document
}

/// All APIs at one path.
fn path_item(calls: &[Call<'_>], servers: &[Server]) -> PathItem {
    let operation = |method| {
        let of_method: Vec<&Call<'_>> = calls.iter().filter(|call| call.api.method() == method).collect();
        let first = calls.first()?;
        (!of_method.is_empty()).then(|| operation::operation(first, &of_method))
    };
    let mut item = PathItem {
        servers: Vec::new(),
        get: operation(Method::Get),
        post: operation(Method::Post),
    };
    let operations = [&mut item.get, &mut item.post];
    let mut operations: Vec<_> = operations.into_iter().flatten().collect();
    let first = operations.first().map(|operation| operation.servers.clone());
    let shared = first.filter(|first| operations.iter().all(|operation| operation.servers == *first));
    if let Some(shared) = shared {
        for operation in &mut operations {
            operation.servers.clear();
        }
        let is_usual = servers.len() == 1 && servers == shared;
        item.servers = if is_usual { Vec::new() } else { shared };
    }
    item
}

impl Server {
    fn of_flow((name, origin): (&str, &str)) -> Self {
        Self {
            url: origin.to_owned(),
            description: Some(format!("`{name}`")),
        }
    }
}

impl OpenApi {
    /// Adds the schemas that operations name, and the parts that these name in turn.
    fn add_schemas(&mut self, program: &Program) {
        let mut names = Vec::new();
        for item in self.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                for schema in operation.schemas_mut() {
                    schema.point_references(SCHEMAS, &mut names);
                }
            }
        }
        let schemas = &mut self.components.schemas;
        let is_named = |name: &str, names: &[String]| names.iter().any(|known| known == name);
        for output in sayflow::Output::ALL {
            let name = reply::component(output);
            if is_named(name, &names) {
                let mut schema = reply::whole(output, Some(program));
                schema.point_references(SCHEMAS, &mut names);
                schemas.insert(name.to_owned(), schema);
            }
        }
        if is_named(request::CUSTOMER, &names) {
            let mut schema = request::customer(Some(program), |_| true);
            schema.point_references(SCHEMAS, &mut names);
            schemas.insert(request::CUSTOMER.to_owned(), schema);
        }
        parts::add(schemas, names, SCHEMAS, Some(program));
    }
}
