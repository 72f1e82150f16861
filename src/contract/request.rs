//! From an API binding and a customer to one request, or to the reason why it is not sent.

mod body;
mod header;
mod percent;
mod target;

use std::time::Duration;

use super::{origin, same_origin};
use crate::customer::Customer;
use crate::effects::{Masked, Method, Request};
use crate::program::code::{Piece, Template};
use crate::program::{ApiCode, ArgumentCode, AttributeRef, Data};
use crate::settings::Settings;

pub(crate) use header::{is_forbidden_header, is_header_allowed, is_header_name};
pub(crate) use percent::{encode_value, encode_written};

/// Builds the request of a call; an error is why the call is blocked, in words for the log.
pub(crate) fn build(
    api: &ApiCode,
    data: &Data,
    settings: &Settings,
    customer: &Customer,
    timeout: Duration,
) -> Result<Request, String> {
    if settings.are_calls_disabled {
        return Err("calls are not enabled".to_owned());
    }
    if let Some(connected) = &settings.channels
        && !connected.contains(&customer.platform_id)
    {
        return Err(format!("channel {} is not connected", customer.platform_id));
    }
    let values = Values {
        data,
        customer,
        request_bytes: settings.limits.request_bytes,
    };
    let mut url = target::write(api, settings, &values)?;
    // The origin is settled before a parameter of the query adds anything secret to the URL.
    let secrets = Secrets {
        settings,
        origin: origin(url.expose()).unwrap_or_default().to_owned(),
    };
    target::write_params(api, &values, &secrets, &mut url)?;
    let headers = header::write(api, &values, &secrets)?;
    let body = match api.method {
        Method::Get => None,
        Method::Post => Some(body::write(api, &values, &secrets)?),
    };
    let heads = headers
        .iter()
        .map(|(name, value)| name.len() + value.expose().len());
    let bytes =
        url.expose().len() + heads.sum::<usize>() + body.as_ref().map_or(0, |body| body.expose().len());
    values.check_size(bytes)?;
    Ok(Request {
        api: api.name.to_string(),
        method: api.method.as_str(),
        url,
        headers,
        body,
        timeout: timeout.min(api.timeout),
        max_reply_bytes: settings.limits.reply_bytes,
    })
}

/// Where attributes get their values.
struct Values<'v> {
    data: &'v Data,
    customer: &'v Customer,
    request_bytes: usize,
}

impl Values<'_> {
    /// Whether so much may be sent; asked while a request grows, so that none grows far beyond.
    fn check_size(&self, bytes: usize) -> Result<(), String> {
        let most = self.request_bytes;
        if bytes <= most {
            return Ok(());
        }
        Err(format!("the request has more than {most} bytes"))
    }

    /// What a customer would read; `None` where it is unset.
    fn text(&self, attribute: AttributeRef) -> Option<String> {
        let mut text = String::new();
        self.data
            .write_value(self.customer, attribute, &mut text)
            .then_some(text)
    }

    fn template(&self, template: &Template) -> String {
        self.data.text_of(self.customer, template, self.request_bytes)
    }

    fn piece(&self, piece: &Piece) -> String {
        let mut text = String::new();
        self.data.write_piece(self.customer, piece, &mut text);
        text
    }

    /// What a header or parameter says; `None` where its attribute is unset, and it is left out.
    fn argument(&self, argument: &ArgumentCode, secrets: &Secrets<'_>) -> Result<Option<Sent>, String> {
        Ok(match argument {
            ArgumentCode::Constant(value) => Some(Sent::open(value.to_string())),
            ArgumentCode::Template(template) => Some(Sent::open(self.template(template))),
            ArgumentCode::Attribute(attribute) => self.text(*attribute).map(Sent::open),
            ArgumentCode::Secret(name) => Some(Sent {
                text: secrets.get(name)?.to_owned(),
                is_secret: true,
            }),
        })
    }
}

/// A value on its way into a request.
struct Sent {
    text: String,
    is_secret: bool,
}

impl Sent {
    fn open(text: String) -> Self {
        Self {
            text,
            is_secret: false,
        }
    }

    fn push_to(&self, written: &str, out: &mut Masked) {
        if self.is_secret {
            out.push_secret(written);
        } else {
            out.push(written);
        }
    }
}

/// The host's secrets, for one origin.
struct Secrets<'s> {
    settings: &'s Settings,
    origin: String,
}

impl Secrets<'_> {
    fn get(&self, name: &str) -> Result<&str, String> {
        let Some(grant) = self.settings.secrets.get(name) else {
            return Err(format!("the host gives no secret `{name}`"));
        };
        if grant
            .origins
            .iter()
            .any(|granted| same_origin(granted, &self.origin))
        {
            Ok(grant.secret.expose())
        } else {
            let mut granted = grant.origins.iter();
            let no_origin = granted.find(|granted| origin(granted).is_none() || granted.contains('*'));
            Err(match no_origin {
                None => format!("secret `{name}` is not granted to {}", self.origin),
                Some(granted) => format!(
                    "secret `{name}` is granted to `{granted}`, which is no origin as {} is one",
                    self.origin
                ),
            })
        }
    }
}

#[cfg(test)]
mod tests;
