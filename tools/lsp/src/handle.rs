//! A name of a flow as a client keeps it between two requests: by the address of a file and in words, so that it
//! is the same after every edit.

use gen_lsp_types::Uri;
use serde_json::{Value, json};

use crate::index::{Kind, Symbol};

/// The kinds that a client is given.
const KINDS: [Kind; 3] = [Kind::Sequence, Kind::Api, Kind::Attribute];

/// A name in the flow of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// A file of the flow.
    pub(crate) uri: Uri,
    pub(crate) symbol: Symbol,
}

impl Handle {
    pub(crate) fn new(uri: &Uri, kind: Kind, written: &str) -> Self {
        Self {
            uri: uri.clone(),
            symbol: Symbol::new(kind, written),
        }
    }

    /// As the client is given it.
    pub(crate) fn value(&self) -> Value {
        json!({"uri": self.uri, "kind": self.symbol.kind.as_str(), "name": self.symbol.name})
    }

    /// As the client gives it back; `None` for anything else.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let word = |key: &str| value.get(key).and_then(Value::as_str);
        let (uri, written, name) = (word("uri")?, word("kind")?, word("name")?);
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == written)?;
        Some(Self::new(&Uri::from(uri), kind, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let handle = Handle::new(&Uri::from("file:///a.flow"), Kind::Api, "picks");
        assert_eq!(Handle::read(&handle.value()), Some(handle));
        assert_eq!(
            Handle::read(&json!({"uri": "file:///a.flow", "kind": "secret", "name": "x"})),
            None
        );
        assert_eq!(Handle::read(&json!(3)), None);
    }
}
