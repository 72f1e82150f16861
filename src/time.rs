//! Moments, as the host gives them and the contract writes them.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, to the microsecond. The engine never reads a clock: moments come in with the input.
///
/// Written as the contract does, `2020-10-16 06:41:59.039735+00:00`; read from that form and
/// from RFC 3339.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sayflow::Timestamp;
///
/// let asked: Timestamp = "2026-11-20T10:00:00Z".parse()?;
/// assert_eq!((asked + Duration::from_secs(600)).to_string(), "2026-11-20 10:10:00.000000+00:00");
/// # Ok::<(), sayflow::NotATimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    microseconds: i64,
}

impl Timestamp {
    /// The moment that many microseconds after the beginning of 1970 in UTC; negative for one before.
    #[must_use]
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self { microseconds }
    }

    /// Microseconds since the beginning of 1970 in UTC; negative before.
    #[must_use]
    pub const fn as_microseconds(self) -> i64 {
        self.microseconds
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let micros = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self::from_microseconds(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self::from_microseconds(self.microseconds.saturating_add(micros))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_microsecond(self.microseconds).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{}", moment.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00"))
    }
}

/// The text is neither RFC 3339 nor the contract's form.
///
/// # Examples
///
/// A local time says nothing about the moment, so it is refused and not guessed at:
///
/// ```
/// use sayflow::{NotATimestamp, Timestamp};
///
/// assert_eq!("2026-11-20 10:00".parse::<Timestamp>(), Err(NotATimestamp));
/// assert!("2026-11-20 10:00+06:00".parse::<Timestamp>().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATimestamp;

impl fmt::Display for NotATimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a moment such as `2026-11-20T10:00:00Z`")
    }
}

impl std::error::Error for NotATimestamp {}

impl std::str::FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotATimestamp)?;
        Ok(Self::from_microseconds(moment.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
