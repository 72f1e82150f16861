//! Moments, as the host gives them and the contract writes them.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind};

/// A moment, to the microsecond. The engine never reads a clock: moments come in with the input.
///
/// Written as the contract does, `2020-10-16 06:41:59.039735+00:00`; read from that form and
/// from RFC 3339. Both have four digits for a year, so a moment lies between [`MIN`](Self::MIN) and
/// [`MAX`](Self::MAX), and what would lie beyond becomes the nearer of the two.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sayflow::Timestamp;
///
/// let asked: Timestamp = "2026-11-20T10:00:00Z".parse()?;
/// assert_eq!((asked + Duration::from_secs(600)).to_string(), "2026-11-20 10:10:00.000000+00:00");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    microseconds: i64,
}

impl Timestamp {
    /// The first moment, `0000-01-01 00:00:00.000000+00:00`.
    pub const MIN: Self = Self {
        microseconds: -62_167_219_200_000_000,
    };

    /// The last moment, `9999-12-30 22:00:00.000000+00:00`: whichever way its offset is written, its
    /// year has four digits.
    pub const MAX: Self = Self {
        microseconds: 253_402_207_200_000_000,
    };

    /// The moment that many microseconds after the beginning of 1970 in UTC; negative for one before.
    /// Beyond [`MIN`](Self::MIN) or [`MAX`](Self::MAX) it is that one.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Timestamp;
    ///
    /// let moment = Timestamp::from_microseconds(-1);
    /// assert_eq!(moment.to_string(), "1969-12-31 23:59:59.999999+00:00");
    /// assert_eq!(Timestamp::from_microseconds(i64::MIN), Timestamp::MIN);
    /// ```
    #[must_use]
    pub const fn from_microseconds(microseconds: i64) -> Self {
        if microseconds < Self::MIN.microseconds {
            Self::MIN
        } else if microseconds > Self::MAX.microseconds {
            Self::MAX
        } else {
            Self { microseconds }
        }
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
        // jiff's range is the wider one.
        let moment = jiff::Timestamp::from_microsecond(self.microseconds).unwrap_or_default();
        write!(f, "{}", moment.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00"))
    }
}

/// A text in RFC 3339 or in the contract's form. Any other, and one of a moment before [`Timestamp::MIN`] or after
/// [`Timestamp::MAX`], is an error of [`ErrorKind::Parse`].
///
/// # Examples
///
/// A local time says nothing about the moment, so it is refused and not guessed at:
///
/// ```
/// use sayflow::{ErrorKind, Timestamp};
///
/// let refused = "2026-11-20 10:00".parse::<Timestamp>().unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Parse);
/// assert!("2026-11-20 10:00+06:00".parse::<Timestamp>().is_ok());
/// ```
impl std::str::FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment: Option<jiff::Timestamp> = text.parse().ok();
        let microseconds = moment.map(jiff::Timestamp::as_microsecond);
        microseconds
            .map(|exact| (exact, Self::from_microseconds(exact)))
            .filter(|(exact, moment)| moment.microseconds == *exact)
            .map(|(_, moment)| moment)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Parse,
                    "expected a moment such as `2026-11-20T10:00:00Z`",
                )
            })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_moment_are_written_and_read() {
        for (moment, written) in [
            (Timestamp::MIN, "0000-01-01 00:00:00.000000+00:00"),
            (Timestamp::MAX, "9999-12-30 22:00:00.000000+00:00"),
        ] {
            assert_eq!(moment.to_string(), written);
            assert_eq!(written.parse(), Ok(moment));
        }
    }

    #[test]
    fn what_lies_beyond_is_the_nearest_moment() {
        let from = Timestamp::from_microseconds;
        assert_eq!(from(i64::MIN), Timestamp::MIN);
        assert_eq!(from(Timestamp::MIN.as_microseconds() - 1), Timestamp::MIN);
        assert_eq!(from(Timestamp::MAX.as_microseconds() + 1), Timestamp::MAX);
        assert_eq!(from(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::default() + Duration::MAX, Timestamp::MAX);
    }

    #[test]
    fn a_text_of_a_moment_beyond_is_refused() {
        for text in [
            "-000001-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
            "+010000-01-01T00:00:00Z",
            "0000-01-01T00:00:00+00:01",
        ] {
            let refused = text.parse::<Timestamp>().unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Parse, "{text}");
        }
    }
}
