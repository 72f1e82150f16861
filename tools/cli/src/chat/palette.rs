//! The colours of the chat. They are chosen to be read on a dark and on a light ground.

use anstyle::{Ansi256Color, Color, Style};

const fn color(index: u8) -> Option<Color> {
    Some(Color::Ansi256(Ansi256Color(index)))
}

/// As the terminal writes.
pub(crate) const PLAIN: Style = Style::new();
/// What stands out in a bubble: titles.
pub(crate) const STRONG: Style = Style::new().bold();
/// What may be overlooked: subtitles, addresses.
pub(crate) const QUIET: Style = Style::new().fg_color(color(245));
/// The border of what the bot says.
pub(crate) const BOT: Style = Style::new().fg_color(color(74));
/// The border of what the customer says.
pub(crate) const CUSTOMER: Style = Style::new().fg_color(color(71));
/// The number of an option.
pub(crate) const NUMBER: Style = Style::new().fg_color(color(172)).bold();
/// The border of a quick reply.
pub(crate) const CHIP: Style = Style::new().fg_color(color(172));
/// The ground of a picture that a terminal cannot show.
pub(crate) const PICTURE: Style = Style::new().fg_color(color(255)).bg_color(color(67));
/// What happens beside the conversation.
pub(crate) const EVENT: Style = Style::new().fg_color(color(245)).italic();
/// A call that went well.
pub(crate) const GOOD: Style = Style::new().fg_color(color(71));
/// A call that failed, and what is missing.
pub(crate) const BAD: Style = Style::new().fg_color(color(167));
