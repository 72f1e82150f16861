//! `--channel`: where blocks are shown.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use sayflow::channel::Channel;

/// Takes the word of a channel.
pub(crate) fn parser() -> impl TypedValueParser<Value = Channel> {
    PossibleValuesParser::new(Channel::ALL.map(Channel::as_str)).try_map(|word| word.parse())
}
