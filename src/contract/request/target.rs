//! The URL of a request: the server's origin, path and query with their values, parameters.

use super::percent::{encode_value, push_value, push_written};
use super::{Secrets, Values};
use crate::contract::{check_web_url, has_step, origin, same_origin};
use crate::effects::Masked;
use crate::program::code::Piece;
use crate::program::{ApiCode, Data, ServerId};
use crate::settings::Settings;

/// The URL without the parameters of the binding.
pub(super) fn write(api: &ApiCode, settings: &Settings, values: &Values<'_>) -> Result<Masked, String> {
    let mut pieces = &*api.url.pieces;
    let mut target = match api.server {
        Some(id) => Target::behind(&server_address(id, settings, values.data)?),
        None => {
            let Some((Piece::Plain(first), rest)) = pieces.split_first() else {
                return Err("the address has no scheme and host".to_owned());
            };
            // Whatever is put into the address comes behind its origin.
            let origin = origin(first).ok_or("the address has no scheme and host")?;
            let mut target = Target::behind(moved_origin(origin, settings)?.unwrap_or(origin));
            target.push_written(first.get(origin.len()..).unwrap_or_default())?;
            pieces = rest;
            target
        }
    };
    for piece in pieces {
        values.check_size(target.url.len())?;
        match piece {
            Piece::Plain(written) => target.push_written(written)?,
            Piece::Attribute(attribute, _) => {
                target.push_value(values.data.key(*attribute), &values.piece(piece));
            }
            Piece::Api(_) => {}
        }
    }
    let url = target.finish()?;
    if !url.is_ascii() {
        return Err(format!("the host of {url} must be written in ASCII, as `xn--…`"));
    }
    check_web_url(&url).map_err(|fault| format!("the address {url} {fault}"))?;
    Ok(Masked::new(url))
}

/// Adds the parameters of the binding to the query.
pub(super) fn write_params(
    api: &ApiCode,
    values: &Values<'_>,
    secrets: &Secrets<'_>,
    url: &mut Masked,
) -> Result<(), String> {
    for (name, argument) in &api.params {
        values.check_size(url.expose().len())?;
        let Some(value) = values.argument(argument, secrets)? else {
            continue;
        };
        let separator = match url.expose() {
            written if written.ends_with(['?', '&']) => "",
            written if written.contains('?') => "&",
            _ => "?",
        };
        url.push(separator);
        url.push(&encode_value(name));
        url.push("=");
        value.push_to(&encode_value(&value.text), url);
    }
    Ok(())
}

/// Where a server is, by the host's word or the flow's.
fn server_address(id: ServerId, settings: &Settings, data: &Data) -> Result<String, String> {
    let Some(server) = data.servers.get(id.index()) else {
        return Err("the server of this API is not known".to_owned());
    };
    if let Some(moved) = settings.servers.get(&*server.name) {
        return checked_address(&server.name, moved).map(str::to_owned);
    }
    let origin = origin(&server.origin).unwrap_or_default();
    Ok(match moved_origin(origin, settings)? {
        Some(moved) => format!("{moved}{}", server.origin.get(origin.len()..).unwrap_or_default()),
        None => server.origin.to_string(),
    })
}

/// Where the host points an origin of the flow; `None` where it stays.
fn moved_origin<'s>(origin: &str, settings: &'s Settings) -> Result<Option<&'s str>, String> {
    let mut servers = settings.servers.iter();
    let Some((_, moved)) = servers.find(|(known, _)| same_origin(known, origin)) else {
        return Ok(None);
    };
    checked_address(origin, moved).map(Some)
}

/// The host's address for a server, where it is one.
fn checked_address<'s>(server: &str, moved: &'s str) -> Result<&'s str, String> {
    // The address is the host's own affair, and whoever reads the log need not know it.
    let fault = match check_web_url(moved) {
        Err(fault) => fault.to_string(),
        Ok(()) if moved.contains(['?', '#']) => "has a query".to_owned(),
        Ok(()) if !moved.is_ascii() => "is not written in ASCII".to_owned(),
        Ok(()) => return Ok(moved.trim_end_matches('/')),
    };
    Err(format!(
        "the host points server `{server}` to an address that {fault}"
    ))
}

/// A URL that grows behind its origin.
#[derive(Default)]
struct Target<'d> {
    url: String,
    /// Where the segment of the path begins that is being written.
    segment: usize,
    /// The attribute that was put into it last.
    attribute: Option<&'d str>,
    is_in_query: bool,
    is_in_fragment: bool,
}

impl<'d> Target<'d> {
    /// A URL of which scheme and host stand there, perhaps with the beginning of a path.
    fn behind(base: &str) -> Self {
        Self {
            url: base.to_owned(),
            segment: base.len(),
            ..Self::default()
        }
    }

    fn push_written(&mut self, written: &str) -> Result<(), String> {
        if self.is_in_fragment {
            return Ok(());
        }
        // A fragment is for browsers and never sent.
        let sent = written.split('#').next().unwrap_or_default();
        self.is_in_fragment = sent.len() < written.len();
        if self.is_in_query {
            push_written(&mut self.url, sent);
            return Ok(());
        }
        let (path, query) = match sent.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (sent, None),
        };
        for (index, part) in path.split('/').enumerate() {
            if index > 0 {
                self.end_segment()?;
                self.url.push('/');
                self.segment = self.url.len();
            }
            if !part.is_empty() {
                self.begin_path();
                push_written(&mut self.url, part);
            }
        }
        if let Some(query) = query {
            self.end_segment()?;
            self.is_in_query = true;
            self.url.push('?');
            push_written(&mut self.url, query);
        }
        Ok(())
    }

    fn push_value(&mut self, key: &'d str, value: &str) {
        if self.is_in_fragment {
            return;
        }
        if !self.is_in_query {
            self.attribute = Some(key);
            if !value.is_empty() {
                self.begin_path();
            }
        }
        push_value(&mut self.url, value);
    }

    /// The path begins behind the origin with a slash, whether or not the author wrote it.
    fn begin_path(&mut self) {
        if self.segment == self.url.len() && !self.url.ends_with('/') {
            self.url.push('/');
            self.segment = self.url.len();
        }
    }

    /// Looks at what is written of the segment. Values may neither leave it empty nor make it one that
    /// servers and proxies take for a step upwards.
    fn end_segment(&mut self) -> Result<(), String> {
        let Some(key) = self.attribute.take() else {
            return Ok(());
        };
        let segment = self.url.get(self.segment..).unwrap_or_default();
        if segment.is_empty() {
            return Err(format!(
                "attribute `{key}` is unset and would leave a part of the path empty"
            ));
        }
        if has_step(segment) {
            return Err(format!("the value of attribute `{key}` would change the path"));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<String, String> {
        if !self.is_in_query {
            self.end_segment()?;
        }
        Ok(self.url)
    }
}
