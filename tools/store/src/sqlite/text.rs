//! Texts as they lie in the file, where anything may have become of them.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

use crate::error::{Error, ErrorKind};

/// A text that may be damaged: SQLite gives it back as it lies there, and whoever claims has noted whose it is
/// before anybody reads it. Empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text(Vec<u8>);

impl Text {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What can be read of it, for who has to mend it.
    pub(super) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// The name of a conversation.
    pub(super) fn name(&self) -> Result<String, Error> {
        String::from_utf8(self.0.clone()).map_err(|error| {
            let message = format!("the name of `{}` cannot be read: {error}", self.lossy());
            Error::new(ErrorKind::Unreadable, message).with_source(error)
        })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl FromSql for Text {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(value.as_bytes_or_null()?.unwrap_or_default().to_vec()))
    }
}

/// Finds the row again in which it lies, damaged as it is.
impl ToSql for Text {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(&self.0)))
    }
}
