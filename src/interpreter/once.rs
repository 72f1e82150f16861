//! Once and no more: an input that is delivered twice is one turn, and a call that is tried again has the key it had.

use std::hash::Hasher as _;

use indexmap::IndexMap;
use siphasher::sip::SipHasher24;
use siphasher::sip128::{Hasher128 as _, SipHasher24 as SipHasher128};

use super::Steps;
use crate::contract::is_header_allowed;
use crate::effects::{Effect, Masked, Request};
use crate::error::{Error, ErrorKind};
use crate::input::Input;
use crate::plain::shortened;
use crate::program::ApiId;
use crate::session::{Gave, Taken};
use crate::value::Value;

/// What a delivery of an input is to the session.
#[derive(Debug)]
pub(super) enum Delivery {
    /// Its input has no id, or none is kept.
    Unknown,
    /// The first, as it is written down.
    First(Taken),
    /// Another one, with what the first one changed.
    Again(IndexMap<String, Option<Value>>),
}

impl Delivery {
    /// Writes down what a turn gives.
    pub(super) fn note(&mut self, effect: &Effect) {
        if let Self::First(taken) = self {
            taken.gave.extend(Gave::of(effect));
        }
    }
}

impl Steps<'_> {
    /// Looks whether the input was taken before; if so, this turn gives what that one gave.
    pub(super) fn recognise(&mut self) -> Result<(), Error> {
        let Some(id) = self.input.id().filter(|_| self.settings.limits.inputs_kept > 0) else {
            return Ok(());
        };
        let sum = checksum(self.input);
        let Some(taken) = self.draft.taken(id) else {
            self.delivery = Delivery::First(Taken {
                id: id.into(),
                sum,
                gave: Vec::new(),
                attributes: IndexMap::new(),
            });
            return Ok(());
        };
        if taken.sum != sum {
            return Err(Error::new(
                ErrorKind::ReusedId,
                format!(
                    "another input had the id `{}`: give every input an id of its own",
                    shortened(id)
                ),
            ));
        }
        let Taken { gave, attributes, .. } = taken.clone();
        self.delivery = Delivery::Again(attributes);
        for gave in gave {
            self.emit(gave.into());
        }
        Ok(())
    }

    /// Adds the key by which an endpoint knows a call again, where the host wants one and the input has an id.
    pub(super) fn add_idempotency_key(&mut self, api: ApiId, request: &mut Request) -> Result<(), String> {
        let Some(header) = &self.settings.idempotency_header else {
            return Ok(());
        };
        if !is_header_allowed(header) {
            return Err(format!("header `{header}` cannot be set"));
        }
        let Some(id) = self.input.id() else {
            return Ok(());
        };
        let nth = self.called.iter().filter(|called| **called == api).count();
        self.called.push(api);
        let is_set = |(name, _): &(String, Masked)| name.eq_ignore_ascii_case(header);
        if !request.headers.iter().any(is_set) {
            let key = self.idempotency_key(id, &request.api, nth);
            request.headers.push((header.to_string(), Masked::new(key)));
        }
        Ok(())
    }

    /// The same for the same call of the same turn, and for no other.
    fn idempotency_key(&self, input: &str, api: &str, nth: usize) -> String {
        let customer = self.ledger.customer();
        let mut hasher = SipHasher128::new_with_key(self.settings.option_key().unwrap_or(&[0; 16]));
        hasher.write(&customer.uid.to_le_bytes());
        hasher.write(&customer.platform_id.to_le_bytes());
        for text in [input, api] {
            hasher.write(&(text.len() as u64).to_le_bytes());
            hasher.write(text.as_bytes());
        }
        hasher.write(&(nth as u64).to_le_bytes());
        format!("{:032x}", hasher.finish128().as_u128())
    }
}

/// A checksum of what an input says, whenever it comes.
fn checksum(input: &Input) -> u32 {
    let mut hasher = SipHasher24::new();
    // Writing into a hasher cannot fail, and an input is always JSON.
    let json = serde_json::to_vec(&Input::from(input.kind.clone())).unwrap_or_default();
    hasher.write(&json);
    u32::try_from(hasher.finish() >> 32).unwrap_or_default()
}
