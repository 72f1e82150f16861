//! The API contract: what goes to an endpoint and what must come back.
//!
//! `request` turns an API binding and a customer into one request; `reply` turns what came back
//! into an outcome, the data of a block and attributes, or into everything that is wrong with it.

mod address;
mod mask;
mod phone;
mod problem;
pub(crate) mod reply;
pub(crate) mod request;
mod url;

use std::time::Duration;

/// The longest that a call may take, from name look-up to the last byte of the reply: five seconds.
///
/// The `timeout` of an API is never longer.
///
/// # Examples
///
/// A channel gives up on a webhook after fifteen seconds. Two slow endpoints in one turn leave the
/// host a third of that:
///
/// ```
/// use sayflow::{HTTP_DEADLINE, Limits};
///
/// let limits = Limits { time: 2 * HTTP_DEADLINE, ..Limits::default() };
/// assert_eq!(limits.time.as_secs(), 10);
/// ```
pub const HTTP_DEADLINE: Duration = Duration::from_secs(5);

pub(crate) use address::write_address;
pub(crate) use mask::Mask;
#[cfg_attr(not(feature = "unstable-tools"), allow(unused_imports))]
pub use mask::masked;
pub(crate) use phone::normalize_phone;
pub(crate) use problem::PROBLEMS_OF_EACH;
pub use problem::{PROBLEMS_KEPT, Problem};
pub(crate) use reply::{Decoded, Expected, ReplyCard, ReplyData, ReplyOption, ReplyTarget, decode};
pub(crate) use request::{
    encode_value, encode_written, is_forbidden_header, is_header_allowed, is_header_name,
};
pub(crate) use url::{UrlFault, check_web_url, has_step, is_plain_http};
pub use url::{origin, same_origin};
