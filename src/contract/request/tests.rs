//! Requests as they would travel, and the reasons why some do not.

use std::collections::BTreeSet;
use std::time::Duration;

use super::build;
use crate::customer::{Customer, RecordField};
use crate::effects::{Masked, Method, Request};
use crate::program::code::{Piece, Template};
use crate::program::{
    ApiCode, ArgumentCode, Attribute, AttributeId, AttributeRef, BodyId, Data, Output, Place, Server,
    ServerId,
};
use crate::settings::{Grant, Secret, Settings};
use crate::source::{Source, Span};
use crate::value::{Type, Value};

const ORDER_NO: AttributeRef = AttributeRef::Saved(AttributeId(0));
const LIMIT: AttributeRef = AttributeRef::Saved(AttributeId(1));

/// A flow with a server `shop` and the attributes `order_no` and `limit`, which defaults to 5.
fn data() -> Data {
    let mut data = Data::default();
    let attribute = |name: &str, ty, default: Option<i64>| Attribute {
        name: name.into(),
        key: name.into(),
        ty,
        default: default.map(Value::from),
    };
    data.attributes.push(attribute("order_no", Type::Text, None));
    data.attributes.push(attribute("limit", Type::Number, Some(5)));
    data.servers.push(Server {
        name: "shop".into(),
        origin: "https://api.shop.example/v1".into(),
        headers: Vec::new(),
    });
    data
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    let grant = Grant {
        secret: Secret::new("s3\"cret &"),
        origins: vec!["https://API.shop.example:443".to_owned()],
    };
    settings.secrets.insert("SHOP_TOKEN".to_owned(), grant);
    settings
}

fn customer() -> Customer {
    let mut customer = Customer::new(7);
    customer.platform_id = 3;
    customer.first_name = "Asha \"A\"".to_owned();
    customer.timezone = Some(6.0);
    customer.created_at = "2020-10-16 06:41:59.039735+00:00".parse().ok();
    customer.last_message_text = "hi\nthere".to_owned();
    customer.set_attribute("order_no", "AB 12/34");
    customer
}

fn api(method: Method, url: impl IntoIterator<Item = Piece>) -> ApiCode {
    ApiCode {
        name: "order_status".into(),
        output: Output::Text,
        method,
        server: Some(ServerId(0)),
        url: Template::new(url.into_iter().collect()),
        headers: vec![("X-Shop-Token".into(), ArgumentCode::Secret("SHOP_TOKEN".into()))],
        params: Vec::new(),
        fields: Vec::new(),
        timeout: Duration::from_secs(4),
        leads_to: Vec::new(),
        place: Place {
            source: Source::new("shop.flow", ""),
            span: Span::default(),
        },
        alone: BodyId(0),
    }
}

fn plain(text: &str) -> Piece {
    Piece::Plain(text.into())
}

fn constant(value: impl Into<Value>) -> ArgumentCode {
    ArgumentCode::Constant(value.into())
}

fn build_for(api: &ApiCode, settings: &Settings, customer: &Customer) -> Result<Request, String> {
    build(api, &data(), settings, customer, Duration::from_secs(5))
}

/// The request as raw text: once as it is sent, once as it is shown.
fn draw(request: &Request) -> String {
    let raw = |text: fn(&Masked) -> String| {
        let headers: String = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}\n", text(value)))
            .collect();
        let body = request.body.as_ref().map(text).unwrap_or_default();
        format!("{} {}\n{headers}\n{body}", request.method, text(&request.url))
    };
    let sent = raw(|masked| masked.expose().to_owned());
    format!("{sent}\n──── shown\n{}", raw(Masked::to_string))
}

fn assert_request(name: &str, request: &Request) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_suffix(name);
    settings.bind(|| insta::assert_snapshot!("request", draw(request)));
}

#[test]
fn a_get_names_what_it_sends() {
    let mut api = api(Method::Get, [plain("/orders/"), Piece::Attribute(ORDER_NO, None)]);
    api.params = vec![
        ("lang".into(), constant("bn & en")),
        ("limit".into(), ArgumentCode::Attribute(LIMIT)),
        ("vip".into(), constant(true)),
        (
            "email".into(),
            ArgumentCode::Attribute(AttributeRef::Record(RecordField::Email)),
        ),
        ("key".into(), ArgumentCode::Secret("SHOP_TOKEN".into())),
    ];
    assert_request("get", &build_for(&api, &settings(), &customer()).unwrap());
}

#[test]
fn a_query_of_the_path_goes_on() {
    let pieces = [
        plain("search?q="),
        Piece::Attribute(ORDER_NO, None),
        plain("&x=দ o#part"),
        Piece::Attribute(ORDER_NO, None),
    ];
    let mut api = api(Method::Get, pieces);
    api.params = vec![("page".into(), constant(2))];
    api.headers = vec![
        ("accept".into(), constant("application/vnd.shop+json")),
        ("X-Limit".into(), ArgumentCode::Attribute(LIMIT)),
        (
            "X-Email".into(),
            ArgumentCode::Attribute(AttributeRef::Record(RecordField::Email)),
        ),
    ];
    assert_request("query", &build_for(&api, &settings(), &customer()).unwrap());
}

#[test]
fn a_post_carries_record_attributes_and_fields() {
    let mut api = api(Method::Post, [plain("/picks")]);
    api.fields = vec![
        ("limit".into(), constant(5)),
        (
            "half".into(),
            constant(crate::value::Number::from_f64(0.5).unwrap()),
        ),
        ("order".into(), ArgumentCode::Attribute(ORDER_NO)),
        ("page".into(), ArgumentCode::Attribute(LIMIT)),
        (
            "name".into(),
            ArgumentCode::Attribute(AttributeRef::Record(RecordField::LastName)),
        ),
        (
            "zone".into(),
            ArgumentCode::Attribute(AttributeRef::Record(RecordField::Timezone)),
        ),
        ("token".into(), ArgumentCode::Secret("SHOP_TOKEN".into())),
    ];
    let mut customer = customer();
    customer.set_attribute("uid", 99);
    customer.set_attribute("limit", 1);
    customer.set_attribute("total", crate::value::Number::from_f64(2450.0).unwrap());
    customer.set_attribute("vip", true);
    let cart = r#"{"z": [1.0, 2.50, null], "a": {"y": 1, "b": "x"}}"#;
    customer.set_attribute("cart", serde_json::from_str::<Value>(cart).unwrap());
    let request = build_for(&api, &settings(), &customer).unwrap();
    assert_request("post", &request);
    let body = request.body.unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(body.expose()).is_ok());
}

#[test]
fn a_parameter_goes_on_with_the_query_that_is_there() {
    for (url, sent) in [
        ("/search", "/search?q=tea"),
        ("/search?", "/search?q=tea"),
        ("/search?a=1", "/search?a=1&q=tea"),
        ("/search?a=1&", "/search?a=1&q=tea"),
    ] {
        let mut api = api(Method::Get, [plain(url)]);
        api.params = vec![("q".into(), constant("tea"))];
        let request = build_for(&api, &settings(), &customer()).unwrap();
        assert_eq!(request.url.expose(), format!("https://api.shop.example/v1{sent}"));
    }
}

#[test]
fn a_post_of_an_unknown_customer_says_so() {
    let api = api(Method::Post, [plain("/picks")]);
    let request = build_for(&api, &settings(), &Customer::new(1)).unwrap();
    insta::assert_snapshot!(request.body.unwrap(), @r###"
{"uid":1,"platform_id":0,"bot_enabled":true,"avatar":"","first_name":"","last_name":"","full_name":"","gender":"","timezone":null,"locale":"","language":"","phone":"","email":"","created_at":"","last_message_text":"","last_message_time":""}
"###);
}

#[test]
fn limits_go_with_the_request() {
    let mut api = api(Method::Get, [plain("/")]);
    let request = build_for(&api, &settings(), &customer()).unwrap();
    assert_eq!(
        (request.timeout, request.max_reply_bytes),
        (Duration::from_secs(4), 1 << 20)
    );
    api.timeout = Duration::from_secs(60);
    let request = build_for(&api, &settings(), &customer()).unwrap();
    assert_eq!(request.timeout, Duration::from_secs(5));
}

#[test]
fn a_request_may_be_as_large_as_its_limit() {
    for method in [Method::Get, Method::Post] {
        let mut api = api(method, [plain("/orders")]);
        api.headers.push(("X-Shop".into(), constant("tea")));
        let request = build_for(&api, &settings(), &customer()).unwrap();
        let heads = request.headers.iter();
        let heads: usize = heads.map(|(name, value)| name.len() + value.expose().len()).sum();
        let body = request.body.map_or(0, |body| body.expose().len());
        let bytes = request.url.expose().len() + heads + body;
        for (most, is_sent) in [(bytes, true), (bytes - 1, false)] {
            let mut settings = settings();
            settings.limits.request_bytes = most;
            assert_eq!(build_for(&api, &settings, &customer()).is_ok(), is_sent, "{most}");
        }
    }
}

#[test]
fn the_host_may_point_a_server_elsewhere() {
    let mut api = api(Method::Get, [plain("/orders")]);
    api.headers.clear();
    let mut settings = settings();
    settings
        .servers
        .insert("shop".to_owned(), "http://127.0.0.1:8080/fake/".to_owned());
    let request = build_for(&api, &settings, &customer()).unwrap();
    assert_eq!(request.url.expose(), "http://127.0.0.1:8080/fake/orders");
}

#[test]
fn the_host_may_point_an_origin_elsewhere() {
    let mut settings = settings();
    let moved = "http://127.0.0.1:8080/fake/".to_owned();
    settings
        .servers
        .insert("HTTPS://api.shop.example:443".to_owned(), moved);
    let url = |settings: &Settings, server| {
        let written = if server {
            "/orders"
        } else {
            "https://api.shop.example?a=1"
        };
        let mut api = api(Method::Get, [plain(written)]);
        api.server = api.server.filter(|_| server);
        api.headers.clear();
        let request = build_for(&api, settings, &customer()).unwrap();
        request.url.expose().to_owned()
    };
    // The server's own path is not its origin's and stays.
    assert_eq!(url(&settings, true), "http://127.0.0.1:8080/fake/v1/orders");
    assert_eq!(url(&settings, false), "http://127.0.0.1:8080/fake?a=1");
    let by_name = ("shop".to_owned(), "http://127.0.0.1:9090".to_owned());
    settings.servers.extend([by_name]);
    assert_eq!(url(&settings, true), "http://127.0.0.1:9090/orders");
}

#[test]
fn an_address_without_a_server() {
    let mut api = api(
        Method::Get,
        [
            plain("https://api.shop.example/a/"),
            Piece::Attribute(ORDER_NO, None),
        ],
    );
    api.server = None;
    let request = build_for(&api, &settings(), &customer()).unwrap();
    assert_eq!(request.url.expose(), "https://api.shop.example/a/AB%2012%2F34");
}

#[test]
fn reasons_why_a_call_is_blocked() {
    let get = |pieces: Vec<Piece>| api(Method::Get, pieces);
    let blocked = |api: &ApiCode, settings: &Settings, customer: &Customer| {
        build_for(api, settings, customer).map_or_else(|why| why, |request| format!("sent: {}", request.url))
    };
    let home = get(vec![plain("/")]);
    let with = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        blocked(&home, &settings, &customer())
    };
    let changed = |change: fn(&mut ApiCode)| {
        let mut api = get(vec![plain("/")]);
        change(&mut api);
        blocked(&api, &settings(), &customer())
    };
    let order = |value: &str, pieces: &[&str]| {
        let mut customer = customer();
        customer.set_attribute("order_no", value);
        let pieces = pieces.iter().map(|piece| match *piece {
            "" => Piece::Attribute(ORDER_NO, None),
            text => plain(text),
        });
        blocked(&get(pieces.collect()), &settings(), &customer)
    };
    let granted_to = |origin: &str| {
        let mut settings = settings();
        for grant in settings.secrets.values_mut() {
            grant.origins = vec![origin.to_owned()];
        }
        blocked(&home, &settings, &customer())
    };
    let lines = [
        with(|settings| settings.are_calls_disabled = true),
        with(|settings| settings.channels = Some(BTreeSet::from([1, 2]))),
        with(|settings| settings.secrets.clear()),
        granted_to("https://elsewhere.example"),
        granted_to("api.shop.example"),
        granted_to("*"),
        granted_to("https://*.shop.example"),
        with(|settings| {
            drop(
                settings
                    .servers
                    .insert("shop".to_owned(), "http://127.0.0.1:8080".to_owned()),
            )
        }),
        with(|settings| {
            drop(
                settings
                    .servers
                    .insert("shop".to_owned(), "localhost:8080".to_owned()),
            )
        }),
        with(|settings| {
            drop(
                settings
                    .servers
                    .insert("shop".to_owned(), "https://a.example?b".to_owned()),
            )
        }),
        with(|settings| {
            drop(
                settings
                    .servers
                    .insert("shop".to_owned(), "https://দোকান.example".to_owned()),
            )
        }),
        order("", &["/orders/", ""]),
        order("", &["/orders/", "", "/items"]),
        order("", &["/orders/", "", "?a=b"]),
        order("..", &["/orders/", "", "/items"]),
        order(".", &["/orders/.", ""]),
        order("../x", &["/orders/", ""]),
        order("..", &["/a%2f", "", "/b"]),
        order(".", &["/a/%2e", "", "/b"]),
        order("..", &["/%5c", ""]),
        order(".", &["/", "", "%2e"]),
        order("..", &["/", "", ";x=1/b"]),
        order("..;x", &["/", "", "/b"]),
        order(".", &["/", "", "%2fa"]),
        order("", &["/orders/order-", "", "?a=", ""]),
        order("line\nbreak", &["/orders/", ""]),
        changed(|api| api.headers = vec![("X-Note".into(), constant("a\r\nX-Evil: 1"))]),
        changed(|api| api.headers = vec![("authorization".into(), constant("Bearer schlüssel"))]),
        changed(|api| api.headers = vec![("Host".into(), constant("evil.example"))]),
        changed(|api| api.headers = vec![("X Note".into(), constant("a"))]),
        changed(|api| {
            api.method = Method::Post;
            api.fields = vec![("uid".into(), constant(5))];
        }),
        changed(|api| {
            api.server = None;
            api.url.pieces = Box::new([plain("https://"), Piece::Attribute(ORDER_NO, None)]);
        }),
        changed(|api| {
            api.server = None;
            api.url.pieces = Box::new([
                plain("https://api.shop.example"),
                Piece::Attribute(ORDER_NO, None),
            ]);
        }),
        changed(|api| {
            api.server = None;
            api.url.pieces = Box::new([plain("https://দোকান.example/a")]);
        }),
        changed(|api| {
            api.server = None;
            api.url.pieces = Box::new([plain("https://api.shop.example.evil.example/")]);
        }),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r###"
calls are not enabled
channel 3 is not connected
the host gives no secret `SHOP_TOKEN`
secret `SHOP_TOKEN` is not granted to https://api.shop.example
secret `SHOP_TOKEN` is granted to `api.shop.example`, which is no origin as https://api.shop.example is one
secret `SHOP_TOKEN` is granted to `*`, which is no origin as https://api.shop.example is one
secret `SHOP_TOKEN` is granted to `https://*.shop.example`, which is no origin as https://api.shop.example is one
secret `SHOP_TOKEN` is not granted to http://127.0.0.1:8080
the host points server `shop` to an address that has no scheme
the host points server `shop` to an address that has a query
the host points server `shop` to an address that is not written in ASCII
attribute `order_no` is unset and would leave a part of the path empty
attribute `order_no` is unset and would leave a part of the path empty
attribute `order_no` is unset and would leave a part of the path empty
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
the value of attribute `order_no` would change the path
sent: https://api.shop.example/v1/orders/order-?a=
sent: https://api.shop.example/v1/orders/line%0Abreak
the value of header `X-Note` has a line break or control character in it
the value of header `authorization` has letters that are not ASCII
header `Host` cannot be set
header `X Note` cannot be set
field `uid` has the name of a field of the customer record
the address has no scheme and host
sent: https://api.shop.example/AB%2012%2F34
the host of https://দোকান.example/a must be written in ASCII, as `xn--…`
secret `SHOP_TOKEN` is not granted to https://api.shop.example.evil.example
"###);
}
