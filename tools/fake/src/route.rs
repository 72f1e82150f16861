//! Which API a request is for.

use std::cmp::Reverse;

use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sayflow::{Api, Argument, Method, Program, origin, same_origin};
use serde_json::Value as Json;

use crate::pattern::{Pattern, Rank, Values};
use crate::target::Target;

/// What stays as it is in the prefix of a server.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// So many characters of an unknown path are compared with the known ones.
const COMPARED: usize = 200;

/// The APIs of a program with what their requests look like.
#[derive(Debug)]
pub(crate) struct Routes {
    program: Program,
    servers: Vec<Server>,
    routes: Vec<Route>,
}

/// Where APIs live: a server of the flow, or the origin of absolute URLs.
#[derive(Debug)]
struct Server {
    /// Its name, or the origin.
    key: String,
    /// The first segment of a path that is meant for it.
    prefix: String,
}

#[derive(Debug)]
struct Route {
    api: String,
    method: Method,
    server: usize,
    /// What stands behind its server.
    behind: Pattern,
    /// What stands behind the origin, where the server has a path.
    whole: Option<Pattern>,
}

impl Route {
    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        std::iter::once(&self.behind).chain(&self.whole)
    }
}

/// The API that a request is for.
#[derive(Debug)]
pub(crate) struct Found<'r> {
    pub(crate) api: Api<'r>,
    /// The values in its path, by the keys of their attributes.
    pub(crate) values: Values,
}

/// What a request to an API says, by name: the attributes in its path, the params of its query, its headers
/// and what stands at the top of its body. Values that are no texts are JSON.
#[must_use]
pub fn said(api: Api<'_>, request: &sayflow::Request) -> Vec<(String, String)> {
    let url = request.url.expose();
    let asked = origin(url).unwrap_or_default();
    let target = Target::read(url.get(asked.len()..).unwrap_or_default());
    let written = api.url();
    let pattern = Pattern::new(written.get(api.origin().len()..).unwrap_or_default());
    let mut said = pattern
        .values(&target.segments, &target.query)
        .unwrap_or_default();
    said.extend(pattern.query_values(&target.query));
    said.extend(target.query);
    let header = |(name, value): &(String, sayflow::Masked)| (name.clone(), value.to_string());
    said.extend(request.headers.iter().map(header));
    let body = request.body.as_ref().map(|body| body.to_string());
    let body: IndexMap<String, Json> = body
        .and_then(|body| serde_json::from_str(&body).ok())
        .unwrap_or_default();
    said.extend(body.into_iter().map(|(name, value)| match value {
        Json::String(text) => (name, text),
        other => (name, other.to_string()),
    }));
    said
}

impl Routes {
    pub(crate) fn new(program: Program) -> Self {
        let mut routes = Self {
            program: program.clone(),
            servers: Vec::new(),
            routes: Vec::new(),
        };
        for api in program.apis() {
            routes.add(api);
        }
        routes
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The servers and origins with the prefix of each, percent-encoded.
    pub(crate) fn servers(&self) -> impl Iterator<Item = (&str, String)> {
        self.servers.iter().map(|server| {
            let prefix = utf8_percent_encode(&server.prefix, PLAIN).to_string();
            (server.key.as_str(), prefix)
        })
    }

    /// The API that a request is for, the one that says most of it itself where several fit.
    pub(crate) fn find(&self, method: &str, target: &Target) -> Option<Found<'_>> {
        let of_server = self.server_of(target).and_then(|(server, segments)| {
            self.best(method, segments, target, |route| route.server == server)
        });
        of_server.or_else(|| self.best(method, &target.segments, target, |_| true))
    }

    /// What there is to ask for, as `GET /v1/banner`, what is nearest to a target first.
    pub(crate) fn nearest(&self, method: &str, target: &Target) -> Vec<String> {
        let segments = match self.server_of(target) {
            Some((_, segments)) => segments,
            None => &target.segments,
        };
        let asked: String = format!("/{}", segments.join("/"))
            .chars()
            .take(COMPARED)
            .collect();
        let mut known: Vec<_> = self
            .routes
            .iter()
            .map(|route| (route.method.to_string(), route.behind.to_string()))
            .collect();
        known.sort_by_key(|(known, path)| (strsim::osa_distance(&asked, path), Reverse(known == method)));
        known
            .iter()
            .map(|(method, path)| format!("{method} {path}"))
            .collect()
    }

    /// The path of an API for people.
    pub(crate) fn shown(&self, api: &str) -> String {
        let route = self.routes.iter().find(|route| route.api == api);
        route.map_or_else(String::new, |route| route.behind.to_string())
    }

    /// The names by which values of a request to an API are known: attributes in its path, params.
    pub(crate) fn names(&self, api: &str) -> impl Iterator<Item = &str> {
        let of_api = self.routes.iter().filter(move |route| route.api == api);
        of_api.flat_map(|route| route.behind.names())
    }

    /// APIs whose requests look alike: the first of two is taken.
    pub(crate) fn alike(&self) -> Vec<(&str, &str)> {
        let mut alike = Vec::new();
        for (index, route) in self.routes.iter().enumerate() {
            let mut earlier = self.routes.iter().take(index);
            let like = earlier.find(|other| {
                (other.method, other.server) == (route.method, route.server)
                    && other.behind.is_like(&route.behind)
            });
            alike.extend(like.map(|other| (other.api.as_str(), route.api.as_str())));
        }
        alike
    }

    fn add(&mut self, api: Api<'_>) {
        let url = api.url();
        let whole = url.get(api.origin().len()..).unwrap_or_default();
        let server = api
            .server()
            .and_then(|name| self.program.servers().find(|(it, _)| *it == name));
        let (key, behind) = match server {
            Some((name, address)) => (name.to_owned(), url.get(address.len()..).unwrap_or_default()),
            None => (api.origin().to_owned(), whole),
        };
        let literals: Vec<_> = api
            .params()
            .filter_map(|(name, it)| Some((name, literal(&it)?)))
            .collect();
        let pattern = |written| Pattern::new(written).with_params(&literals);
        let route = Route {
            api: api.name().to_owned(),
            method: api.method(),
            server: self.server(key, api.server().is_some()),
            behind: pattern(behind),
            whole: (behind != whole).then(|| pattern(whole)),
        };
        self.routes.push(route);
    }

    /// The place of a server in the list, where it is put unless it is there.
    fn server(&mut self, key: String, is_named: bool) -> usize {
        let is_same = |server: &Server| server.key == key || (!is_named && same_origin(&server.key, &key));
        if let Some(index) = self.servers.iter().position(is_same) {
            return index;
        }
        let host = key.split_once("://").map_or(key.as_str(), |(_, host)| host);
        let mut prefix = host.to_owned();
        while self.servers.iter().any(|server| server.prefix == prefix) {
            prefix.push('~');
        }
        self.servers.push(Server { key, prefix });
        self.servers.len() - 1
    }

    /// The server that a path names with its first segment, and the segments behind.
    fn server_of<'t>(&self, target: &'t Target) -> Option<(usize, &'t [String])> {
        const ROOT: &[String] = &[String::new()];
        let (first, rest) = target.segments.split_first()?;
        let server = self.servers.iter().position(|server| server.prefix == *first)?;
        Some((server, if rest.is_empty() { ROOT } else { rest }))
    }

    fn best(
        &self,
        method: &str,
        segments: &[String],
        target: &Target,
        is_meant: impl Fn(&Route) -> bool,
    ) -> Option<Found<'_>> {
        let mut best: Option<(Rank, Found<'_>)> = None;
        for (route, api) in self.routes.iter().zip(self.program.apis()) {
            if route.method.to_string() != method || !is_meant(route) {
                continue;
            }
            for pattern in route.patterns() {
                let Some(values) = pattern.values(segments, &target.query) else {
                    continue;
                };
                if best.as_ref().is_none_or(|(rank, _)| pattern.rank() > *rank) {
                    best = Some((pattern.rank(), Found { api, values }));
                }
            }
        }
        best.map(|(_, found)| found)
    }
}

/// The value that is always the same.
fn literal(argument: &Argument<'_>) -> Option<String> {
    match argument {
        Argument::Text(text) if !text.contains("{{") => Some(text.clone()),
        Argument::Value(value) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sayflow::{Program, Source};

    use super::Routes;
    use crate::target::Target;

    const FLOW: &str = r#"
attribute nr: text
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret TOKEN
}
server depot "https://depot.example"
api order: text {
  get shop "/orders/{{nr}}"
}
api latest: text {
  get shop "/orders/latest"
}
api parcel: text {
  get depot "/orders/{{nr}}"
}
api place: text {
  post shop "/orders"
}
api picture: image {
  get "https://cdn.shop.example/picture?size=l"
}
api small_picture: image {
  get "https://CDN.shop.example:443/picture"
  param "size" = "s"
}
api twin: image {
  get "https://cdn.shop.example/picture?size=s"
}
on start {
  text "<<order>> <<latest>> <<parcel>> <<place>>" else "-"
  image <<picture>> else "https://shop.example/-.png"
  image <<small_picture>> else "https://shop.example/-.png"
  image <<twin>> else "https://shop.example/-.png"
}
"#;

    fn routes() -> Routes {
        Routes::new(Program::load([Source::new("shop.flow", FLOW)]).unwrap())
    }

    #[test]
    fn requests_find_their_api() {
        let routes = routes();
        let table = [
            ("GET /orders/A-1", "order nr=A-1"),
            ("GET /bot/orders/A-1", "order nr=A-1"),
            ("GET /shop/orders/A-1", "order nr=A-1"),
            ("GET /shop/bot/orders/A-1", "order nr=A-1"),
            ("GET /depot/orders/A-1", "parcel nr=A-1"),
            ("GET /orders/latest", "latest"),
            ("GET /depot/orders/latest", "parcel nr=latest"),
            ("POST /orders", "place"),
            ("GET /orders", ""),
            ("DELETE /orders/A-1", ""),
            ("GET /cdn.shop.example/picture?size=l", "picture"),
            ("GET /cdn.shop.example/picture?size=s", "small_picture"),
            ("GET /picture?size=m", ""),
            ("GET /shop/picture?size=l", ""),
        ];
        for (request, expected) in table {
            let (method, target) = request.split_once(' ').unwrap();
            let found = routes.find(method, &Target::read(target)).map(|found| {
                let values = found.values.iter().map(|(key, value)| format!(" {key}={value}"));
                format!("{}{}", found.api.name(), values.collect::<String>())
            });
            assert_eq!(found.unwrap_or_default(), expected, "{request}");
        }
    }

    #[test]
    fn each_server_has_a_prefix() {
        let routes = routes();
        let servers: Vec<_> = routes.servers().collect();
        let expected = [
            ("shop", "shop".to_owned()),
            ("depot", "depot".to_owned()),
            ("https://cdn.shop.example", "cdn.shop.example".to_owned()),
        ];
        assert_eq!(servers, expected);
        assert_eq!(routes.alike(), [("small_picture", "twin")]);
    }

    #[test]
    fn the_nearest_path_is_said_first() {
        let nearest = routes().nearest("GET", &Target::read("/shop/order/latest"));
        assert_eq!(nearest.first().map(String::as_str), Some("GET /orders/latest"));
        assert_eq!(nearest.len(), 7);
    }
}
