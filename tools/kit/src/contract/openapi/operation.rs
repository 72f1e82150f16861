//! An operation: all APIs of one method and path.

use indexmap::IndexMap;
use sayflow::{Api, Argument, Method, Output, Program};
use serde::Serialize;

use super::Server;
use super::parameter::{self, Parameter, Place, alternatives};
use super::secrets::{self, Schemes};
use super::target::Target;
use crate::contract::schema::Schema;
use crate::contract::{reply, request};

/// Headers that OpenAPI has no parameters for.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// The security schemes that a request needs, all of them; a list of scopes, always empty, for each.
type Requirement = IndexMap<String, [(); 0]>;

/// An API on its way into an operation.
pub(super) struct Call<'p> {
    pub(super) api: Api<'p>,
    pub(super) target: Target,
    parameters: Vec<Parameter>,
    body: Option<Schema>,
    security: Requirement,
    notes: Vec<String>,
}

/// What one can ask at a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Operation {
    operation_id: String,
    summary: String,
    description: String,
    #[serde(rename = "x-sayflow-apis")]
    apis: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) servers: Vec<Server>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    security: Vec<Requirement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_body: Option<Body>,
    responses: IndexMap<&'static str, Body>,
}

/// A body in either direction.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Body {
    description: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    required: bool,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    content: IndexMap<&'static str, MediaType>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct MediaType {
    schema: Schema,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl<'p> Call<'p> {
    pub(super) fn new(program: &'p Program, schemes: &Schemes, api: Api<'p>) -> Self {
        let target = Target::of(program, &api);
        let mut notes = Vec::new();
        let has_parameter = |name: &str| !NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
        for (name, argument) in api.headers() {
            if !has_parameter(name) && !matches!(argument, Argument::Secret(_)) {
                notes.push(format!("It sends a header `{name}` of its own."));
            }
        }
        let headers = api.headers().filter(|(name, _)| has_parameter(name));
        let mut query = parameter::of_query(program, &target, &mut notes);
        query.extend(parameter::of_arguments(program, Place::Query, api.params()));
        let mut parameters = parameter::of_path(program, &target);
        parameters.extend(parameter::merged_lists(query));
        parameters.extend(parameter::of_arguments(program, Place::Header, headers));
        Self {
            parameters,
            body: (api.method() == Method::Post).then(|| request::body(program, &api)),
            security: secrets::needed(schemes, &api)
                .into_iter()
                .map(|key| (key, []))
                .collect(),
            notes,
            target,
            api,
        }
    }

    fn summary(&self) -> String {
        let purpose = match self.api.output() {
            Output::Text => "fills a part of a text",
            Output::Image => "fills an image",
            Output::Gallery => "fills a gallery",
            Output::Buttons => "fills buttons",
            Output::QuickReplies => "fills quick replies",
            _ => "is called for the attributes that it saves",
        };
        format!("`{}` {purpose}", self.api.name())
    }

    fn description(&self) -> String {
        let seconds = self.api.timeout().as_secs_f64();
        let mut sentences = vec![
            format!("{}.", self.summary()),
            format!("The whole reply must be there within {seconds} s, or the call ends in `timeout`."),
        ];
        let leads_to: Vec<String> = self.api.leads_to().map(|name| format!("`{name}`")).collect();
        if !leads_to.is_empty() {
            sentences.push(format!(
                "Its options may open {}; any other is left out.",
                leads_to.join(", ")
            ));
        }
        sentences.extend(self.notes.iter().cloned());
        sentences.join(" ")
    }

    /// The parameters, those of the path under the names that another API of the same path gives them.
    fn parameters_named_as(&self, other: &Self) -> Vec<Parameter> {
        let names = other.target.parameters().into_iter().map(|(name, _)| name);
        let mut parameters = self.parameters.clone();
        for (parameter, name) in parameters.iter_mut().zip(names) {
            parameter.name = name;
        }
        parameters
    }
}

/// One operation of all these calls; `first` of their path names its parameters.
pub(super) fn operation(first: &Call<'_>, calls: &[&Call<'_>]) -> Operation {
    let apis: Vec<String> = calls.iter().map(|call| call.api.name().to_owned()).collect();
    let summaries: Vec<String> = calls.iter().map(|call| call.summary()).collect();
    let descriptions: Vec<String> = calls.iter().map(|call| call.description()).collect();
    let mut responses = IndexMap::new();
    let replies = calls
        .iter()
        .map(|call| Schema::reference(reply::component(call.api.output())));
    responses.insert(
        "200",
        Body::of(
            alternatives(replies),
            "A reply; any other 2xx status will do as well.",
        ),
    );
    responses.insert("default", failure());
    let bodies: Vec<Schema> = calls.iter().filter_map(|call| call.body.clone()).collect();
    Operation {
        operation_id: apis.join("."),
        summary: summaries.join("; "),
        description: descriptions.join("\n\n"),
        apis,
        servers: distinct(calls.iter().map(|call| call.target.server())),
        security: security(calls),
        parameters: parameters(first, calls),
        request_body: (!bodies.is_empty()).then(|| Body {
            required: true,
            ..Body::of(alternatives(bodies), "The customer, and the fields of the API.")
        }),
        responses,
    }
}

fn failure() -> Body {
    Body {
        description: "A status that is not 2xx: the call ends in `status`, and the body is not looked at.",
        required: false,
        content: IndexMap::new(),
    }
}

/// What one of the calls needs; nothing at all where none needs a secret.
fn security(calls: &[&Call<'_>]) -> Vec<Requirement> {
    let needed = distinct(calls.iter().map(|call| call.security.clone()));
    if needed.iter().all(IndexMap::is_empty) {
        return Vec::new();
    }
    needed
}

/// The parameters of all calls; what not every one of them sends is not required.
fn parameters(first: &Call<'_>, calls: &[&Call<'_>]) -> Vec<Parameter> {
    let mut merged: Vec<(Parameter, usize)> = Vec::new();
    for call in calls {
        for parameter in call.parameters_named_as(first) {
            let known = merged
                .iter_mut()
                .find(|(known, _)| known.name == parameter.name && known.place == parameter.place);
            match known {
                None => merged.push((parameter, 1)),
                Some((known, times)) => {
                    *times += 1;
                    known.required &= parameter.required;
                    known.schema = alternatives([std::mem::take(&mut known.schema), parameter.schema]);
                    known.description = joined(known.description.take(), parameter.description);
                }
            }
        }
    }
    let merged = merged.into_iter().map(|(parameter, times)| Parameter {
        required: parameter.required && times == calls.len(),
        ..parameter
    });
    merged.collect()
}

/// What two APIs say of one parameter.
fn joined(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(format!("{one} Or: {other}")),
        (one, other) => one.or(other),
    }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}

impl Body {
    fn of(schema: Schema, description: &'static str) -> Self {
        Self {
            description,
            required: false,
            content: IndexMap::from([("application/json", MediaType { schema })]),
        }
    }
}

impl Operation {
    /// Every schema in it.
    pub(super) fn schemas_mut(&mut self) -> impl Iterator<Item = &mut Schema> {
        let bodies = self.request_body.iter_mut().chain(self.responses.values_mut());
        let bodies = bodies.flat_map(|body| body.content.values_mut());
        let parameters = self.parameters.iter_mut().map(|parameter| &mut parameter.schema);
        bodies.map(|content| &mut content.schema).chain(parameters)
    }
}
