//! The customer during a turn: written in place, and put back as it was unless the turn ends.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::scratch::Buffers;
use crate::customer::{Customer, RecordField};
use crate::program::{AttributeRef, Data};
use crate::time::Timestamp;
use crate::value::Value;

/// A customer with everything that a turn has changed so far.
#[derive(Debug)]
pub(super) struct Ledger<'t> {
    customer: &'t mut Customer,
    /// What was there before each change, oldest first.
    before: Vec<Entry>,
    noted: Option<Box<Noted>>,
    is_kept: bool,
}

/// What was changed before: however often a long value is, one is kept of it.
#[derive(Debug, Default)]
struct Noted {
    /// The keys of so many entries.
    keys: BTreeSet<String>,
    entries: usize,
    fields: Vec<RecordField>,
}

impl Noted {
    /// Whether one of the entries is of this key.
    fn has(&mut self, before: &[Entry], key: &str) -> bool {
        for entry in before.iter().skip(self.entries) {
            if let Entry::Attribute(key, _) = entry {
                self.keys.insert(key.clone());
            }
        }
        self.entries = before.len();
        self.keys.contains(key)
    }
}

/// A value of so many bytes costs less than to know whether it is needed.
const SHORT: usize = 256;

/// What was there before one change.
#[derive(Debug)]
pub(super) enum Entry {
    /// A saved attribute, with its place among the others.
    Attribute(String, Option<(usize, Value)>),
    Field(RecordField, Option<Value>),
    BotEnabled(bool),
    Message(String),
    MessageTime(Option<Timestamp>),
}

impl<'t> Ledger<'t> {
    /// A customer before a turn, and room to write down what it changes.
    pub(super) fn new(customer: &'t mut Customer, before: Vec<Entry>) -> Self {
        Self {
            customer,
            before,
            noted: None,
            is_kept: false,
        }
    }

    pub(super) fn customer(&self) -> &Customer {
        self.customer
    }

    /// Writes an attribute or field that may be written; `None` unsets it.
    pub(super) fn write(&mut self, data: &Data, attribute: AttributeRef, value: Option<Value>) {
        match attribute {
            AttributeRef::Record(field) => {
                let noted = self.noted.get_or_insert_default();
                if !noted.fields.contains(&field) {
                    noted.fields.push(field);
                    self.before
                        .push(Entry::Field(field, self.customer.field(field).to_value()));
                }
                self.customer.set_field(field, value);
            }
            AttributeRef::Saved(_) => self.write_key(data.key(attribute), value),
        }
    }

    /// Writes a saved attribute under its key; `None` unsets it.
    pub(super) fn write_key(&mut self, key: &str, value: Option<Value>) {
        let attributes = &mut self.customer.attributes;
        let before = match (attributes.get_full_mut(key), value) {
            (Some((index, _, place)), Some(value)) => Some((index, std::mem::replace(place, value))),
            (Some(_), None) => attributes
                .shift_remove_full(key)
                .map(|(index, _, value)| (index, value)),
            (None, Some(value)) => {
                attributes.insert(key.to_owned(), value);
                None
            }
            (None, None) => return,
        };
        let before = before.map(|(index, value)| match self.has_long(&value, key) {
            // An older entry knows what it was before the turn; of this one the place alone is needed.
            true => (index, Value::YesNo(false)),
            false => (index, value),
        });
        self.before.push(Entry::Attribute(key.to_owned(), before));
    }

    /// Whether a value is a long one of an attribute that was changed before.
    fn has_long(&mut self, value: &Value, key: &str) -> bool {
        value.size() > SHORT && self.noted.get_or_insert_default().has(&self.before, key)
    }

    pub(super) fn disable_bot(&mut self) {
        self.before.push(Entry::BotEnabled(self.customer.bot_enabled));
        self.customer.bot_enabled = false;
    }

    /// Notes what the customer sent last, and when.
    pub(super) fn note_message(&mut self, text: Option<String>, now: Timestamp) {
        if let Some(text) = text {
            let before = std::mem::replace(&mut self.customer.last_message_text, text);
            self.before.push(Entry::Message(before));
        }
        self.before
            .push(Entry::MessageTime(self.customer.last_message_time.replace(now)));
    }

    /// Lets the changes stand.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// What was there before the changes, which stand: the texts of messages are room for others.
    pub(super) fn take_before(&mut self, buffers: &mut Buffers) -> Vec<Entry> {
        for entry in self.before.drain(..) {
            if let Entry::Message(text) = entry {
                buffers.take_text(text);
            }
        }
        std::mem::take(&mut self.before)
    }

    /// What is different from before: attributes and fields under their keys, `None` for unset.
    pub(super) fn changes(&self) -> IndexMap<String, Option<Value>> {
        let is_message = |entry: &Entry| matches!(entry, Entry::Message(_) | Entry::MessageTime(_));
        if self.before.iter().all(is_message) {
            return IndexMap::new();
        }
        let mut before: IndexMap<&str, Option<Value>> = IndexMap::new();
        for entry in &self.before {
            let (key, value) = match entry {
                Entry::Attribute(key, value) => {
                    (key.as_str(), value.as_ref().map(|(_, value)| value.clone()))
                }
                Entry::Field(field, value) => (field.as_str(), value.clone()),
                Entry::BotEnabled(flag) => (RecordField::BotEnabled.as_str(), Some((*flag).into())),
                Entry::Message(_) | Entry::MessageTime(_) => continue,
            };
            before.entry(key).or_insert(value);
        }
        before
            .into_iter()
            .filter_map(|(key, before)| {
                let now = match RecordField::from_name(key) {
                    Some(field) => self.customer.field(field).to_value(),
                    None => self.customer.attribute(key).cloned(),
                };
                (now != before).then(|| (key.to_owned(), now))
            })
            .collect()
    }

    fn restore(&mut self) {
        while let Some(entry) = self.before.pop() {
            match entry {
                Entry::Attribute(key, None) => drop(self.customer.attributes.shift_remove(&key)),
                Entry::Attribute(key, Some((index, value))) => {
                    let attributes = &mut self.customer.attributes;
                    match attributes.get_mut(&key) {
                        Some(place) => *place = value,
                        None => drop(attributes.shift_insert(index.min(attributes.len()), key, value)),
                    }
                }
                Entry::Field(field, value) => self.customer.set_field(field, value),
                Entry::BotEnabled(flag) => self.customer.bot_enabled = flag,
                Entry::Message(text) => self.customer.last_message_text = text,
                Entry::MessageTime(time) => self.customer.last_message_time = time,
            }
        }
    }
}

impl Drop for Ledger<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.restore();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::customer::{Customer, RecordField};
    use crate::program::{AttributeRef, Data};
    use crate::value::Value;

    #[test]
    fn a_turn_that_does_not_end_leaves_no_trace() {
        let mut customer = Customer::new(1);
        for key in ["a", "b", "c"] {
            customer.set_attribute(key, key);
        }
        customer.set_attribute("long", "y".repeat(1_000));
        let before = customer.clone();
        let mut ledger = Ledger::new(&mut customer, Vec::new());
        ledger.write_key("b", None);
        ledger.write_key("a", Some(Value::from("new")));
        ledger.write_key("d", Some(Value::from(1)));
        ledger.write_key("b", Some(Value::from("again")));
        for value in [Some("z".repeat(1_000).into()), None, Some("z".into()), None] {
            ledger.write_key("long", value.clone());
            ledger.write_key("e", value.clone());
            ledger.write(
                &Data::default(),
                AttributeRef::Record(RecordField::FirstName),
                value,
            );
        }
        ledger.disable_bot();
        ledger.note_message(
            Some("Hi".to_owned()),
            crate::time::Timestamp::from_microseconds(1),
        );
        drop(ledger);
        assert_eq!(customer, before);
        assert!(customer.attributes().eq(before.attributes()));
    }
}
