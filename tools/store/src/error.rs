//! Why a store or a worker could not do its work: one opaque error with a kind.

use std::fmt;

/// Why a store or a worker could not do its work. Nothing is half done.
///
/// # Examples
///
/// ```
/// use sayflow::Input;
/// use sayflow_store::{ErrorKind, Memory, Store};
///
/// let error = Memory::new().receive("", &Input::text("Hi")).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Name);
/// assert_eq!(error.to_string(), "the name of a conversation is empty: give it 1 to 512 bytes");
/// ```
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    conversation: Option<String>,
    key: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What went wrong.
///
/// # Examples
///
/// What a worker does next:
///
/// ```
/// use std::time::Duration;
/// use sayflow_store::ErrorKind;
///
/// fn pause(kind: ErrorKind) -> Option<Duration> {
///     match kind {
///         // The database restarts, or somebody writes for long.
///         ErrorKind::Unavailable => Some(Duration::from_secs(1)),
///         // This conversation rests until its lease ends; the others go on.
///         ErrorKind::Unreadable | ErrorKind::Unwritable | ErrorKind::Client => Some(Duration::ZERO),
///         _ => None,
///     }
/// }
///
/// assert_eq!(pause(ErrorKind::Unavailable), Some(Duration::from_secs(1)));
/// assert_eq!(pause(ErrorKind::Newer), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The store cannot be reached or is busy. The same call may succeed a little later. Where the connection to a
    /// database broke during a write, the write may have happened: receiving again is then
    /// [`Repeated`](crate::Received::Repeated), and a turn that was committed is not claimed again.
    Unavailable,
    /// Something that is stored cannot be read: it is damaged, or a newer version wrote it.
    Unreadable,
    /// What was to be stored could not be read again, such as a place on Earth that is no number, or lists in each other
    /// beyond the depth that is read. Nothing was stored.
    Unwritable,
    /// The store as a whole is of a newer version, or no store at all. It was left as it is.
    Newer,
    /// A conversation or an input has a name that no store takes: empty, over 512 bytes, or with a control
    /// character.
    Name,
    /// The client did not give one answer for each request.
    Client,
}

impl Error {
    /// An error of a store; a store of the host's own says with it what went wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow_store::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Unavailable, "the key-value server does not answer");
    /// assert_eq!(error.to_string(), "the key-value server does not answer");
    /// ```
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            conversation: None,
            key: None,
            source: None,
        }
    }

    /// The same error with what it came from.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The same error with the conversation that it is about.
    #[must_use]
    pub fn with_conversation(mut self, conversation: impl Into<String>) -> Self {
        self.conversation = Some(conversation.into());
        self
    }

    /// The same error with the key of the row that it is about.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The conversation with something in it that cannot be read or stored; `None` where it is not about one.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        self.conversation.as_deref()
    }

    /// The row of the outbox that cannot be read. Behind it nothing of its conversation is handed out, until
    /// somebody mends it, or the host gives it up.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow_store::{Error, Store};
    ///
    /// /// Rather a gap than a customer who hears nothing any more.
    /// fn give_up(store: &dyn Store, error: &Error) -> Result<(), Error> {
    ///     eprintln!("{error}");
    ///     error.key().map_or(Ok(()), |key| store.delivered(key))
    /// }
    /// # use sayflow_store::{ErrorKind, Memory};
    /// # let error = Error::new(ErrorKind::Unreadable, "the outbox of `a` cannot be read").with_key("a/1/0");
    /// # give_up(&Memory::new(), &error)?;
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
