//! The one table of limits: each number with its unit, its source and what that says.
//!
//! The sources are the vendors' own pages; what they say is told in our words. A limit that no vendor states is not
//! here: the notes between the rows name those that circulate without one.

use serde::{Serialize, Serializer};

use super::{Channel, Unit};

/// What a channel does not let grow beyond a number; [`Channel::limit`] looks one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Limit {
    /// Whose limit it is.
    pub channel: Channel,
    /// What is limited.
    pub part: Part,
    /// The largest number allowed; 0 where the channel does not have the thing.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
    /// The address of the vendor's page.
    pub source: &'static str,
    /// What that page says, in short.
    pub says: &'static str,
}

macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a limit is about, in the words of [`Block`](crate::Block).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Part {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Part {
            /// Every part.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The words for it in messages and in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

parts! {
    /// How long a text is.
    Text = "text",
    /// How long the text above buttons is.
    Prompt = "text above buttons",
    /// How many buttons stand below one text.
    Buttons = "buttons",
    /// How long the title of a button is.
    ButtonTitle = "button title",
    /// Whether a `url` option may stand beside others in one message.
    LinksBesideOthers = "url options beside others",
    /// Whether a button calls a number.
    Phones = "phone options",
    /// Whether options of one message may have the same title.
    EqualTitles = "equal titles",
    /// How long the text above quick replies is.
    QuickReplyPrompt = "text above quick replies",
    /// How many quick replies there are at once.
    QuickReplies = "quick replies",
    /// How long the title of a quick reply is.
    QuickReplyTitle = "quick reply title",
    /// Whether a quick reply opens a web page.
    QuickReplyLinks = "url options in quick replies",
    /// How long the text above a list is.
    ListPrompt = "text above a list",
    /// How many options a list has.
    ListRows = "options in a list",
    /// How long the title of an option in a list is.
    ListRowTitle = "list option title",
    /// How many cards a gallery has.
    Cards = "cards",
    /// How long the title of a card is.
    CardTitle = "card title",
    /// How long the subtitle of a card is.
    CardSubtitle = "card subtitle",
    /// How many buttons a card has.
    CardButtons = "buttons of a card",
    /// Whether a card may be its title alone.
    BareCards = "cards with a title alone",
    /// Whether a card may have no button.
    CardsWithoutButton = "cards without a button",
    /// In how many ways the cards of a gallery may differ: in the number of their buttons, in having a picture.
    CardShapes = "shapes of cards in a gallery",
    /// Whether a sound can be sent.
    Audio = "audio",
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

const fn row(
    channel: Channel,
    part: Part,
    max: usize,
    unit: Unit,
    (source, says): (&'static str, &'static str),
) -> Limit {
    Limit {
        channel,
        part,
        max,
        unit,
        source,
        says,
    }
}

use Channel::{Instagram, Line, Messenger, Telegram, Viber, WhatsApp};
use Part as P;
use Unit::{Bytes, Characters, Graphemes, Items, Utf16};

// The pages, by what they are about.
const MESSENGER_SEND: &str = "https://developers.facebook.com/docs/messenger-platform/reference/send-api";
const MESSENGER_BUTTON_TEMPLATE: &str = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button";
const MESSENGER_URL_BUTTON: &str = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/buttons/url";
const MESSENGER_QUICK_REPLIES: &str = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies";
const MESSENGER_GENERIC_TEMPLATE: &str = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic";
const INSTAGRAM_SEND: &str = "https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/send-message";
const INSTAGRAM_BUTTON_TEMPLATE: &str =
    "https://developers.facebook.com/documentation/business-messaging/instagram-messaging/button-template";
const INSTAGRAM_QUICK_REPLIES: &str =
    "https://developers.facebook.com/docs/messenger-platform/instagram/features/quick-replies";
const INSTAGRAM_GENERIC_TEMPLATE: &str =
    "https://developers.facebook.com/documentation/business-messaging/instagram-messaging/generic-template";
const WHATSAPP_TEXT: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages";
const WHATSAPP_REPLY_BUTTONS: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages";
const WHATSAPP_LIST: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages";
const WHATSAPP_URL_BUTTON: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-cta-url-messages";
const WHATSAPP_CAROUSEL: &str = "https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-media-carousel-messages";
const TELEGRAM_SEND: &str = "https://core.telegram.org/bots/api#sendmessage";
const TELEGRAM_METHODS: &str = "https://core.telegram.org/bots/api#available-methods";
const TELEGRAM_BUTTON: &str = "https://core.telegram.org/bots/api#inlinekeyboardbutton";
const TELEGRAM_KEYBOARD_BUTTON: &str = "https://core.telegram.org/bots/api#keyboardbutton";
const LINE_TEXT: &str = "https://developers.line.biz/en/reference/messaging-api/#text-message";
const LINE_BUTTONS: &str = "https://developers.line.biz/en/reference/messaging-api/#buttons";
const LINE_ACTIONS: &str = "https://developers.line.biz/en/reference/messaging-api/#action-objects";
const LINE_CAROUSEL: &str = "https://developers.line.biz/en/reference/messaging-api/#carousel";
const LINE_QUICK_REPLIES: &str = "https://developers.line.biz/en/docs/messaging-api/using-quick-reply/";
const VIBER_MESSAGES: &str = "https://creators.viber.com/docs/bots-api/data-models/message";
const VIBER_KEYBOARDS: &str = "https://creators.viber.com/docs/bots-api/resources/messaging/keyboards";
const VIBER_KEYBOARD_BUTTONS: &str = "https://developers.viber.com/docs/tools/keyboards/#buttons-parameters";
const VIBER_RICH_MEDIA: &str =
    "https://developers.viber.com/docs/api/rest-bot-api/#rich-media-message--carousel-content-message";

/// Every limit, channel by channel and in the order of [`Part`].
#[rustfmt::skip]
pub(super) const TABLE: &[Limit] = &[
    // Meta's pages say «characters» and not which; they are taken for Unicode characters.
    // The 2000 are what the API itself says when it refuses a longer text; the page was not read in full.
    row(Messenger, P::Text, 2000, Characters, (MESSENGER_SEND, "the text of a message is UTF-8 and has at most 2000 characters")),
    row(Messenger, P::Prompt, 640, Characters, (MESSENGER_BUTTON_TEMPLATE, "the text above the buttons has up to 640 characters")),
    row(Messenger, P::Buttons, 3, Items, (MESSENGER_BUTTON_TEMPLATE, "a button template has one to three buttons")),
    row(Messenger, P::ButtonTitle, 20, Characters, (MESSENGER_URL_BUTTON, "a button's title has at most 20 characters")),
    row(Messenger, P::QuickReplyPrompt, 2000, Characters, (MESSENGER_SEND, "quick replies hang below a text message, which has at most 2000 characters")),
    row(Messenger, P::QuickReplies, 13, Items, (MESSENGER_QUICK_REPLIES, "a message has at most 13 quick replies")),
    row(Messenger, P::QuickReplyTitle, 20, Characters, (MESSENGER_QUICK_REPLIES, "a quick reply's title has at most 20 characters")),
    row(Messenger, P::QuickReplyLinks, 0, Items, (MESSENGER_QUICK_REPLIES, "a quick reply sends a text, a phone number or an e-mail address; none opens a page")),
    row(Messenger, P::Cards, 10, Items, (MESSENGER_GENERIC_TEMPLATE, "a generic template has at most 10 elements")),
    row(Messenger, P::CardTitle, 80, Characters, (MESSENGER_GENERIC_TEMPLATE, "an element's title has at most 80 characters")),
    row(Messenger, P::CardSubtitle, 80, Characters, (MESSENGER_GENERIC_TEMPLATE, "an element's subtitle has at most 80 characters")),
    row(Messenger, P::CardButtons, 3, Items, (MESSENGER_GENERIC_TEMPLATE, "an element has at most three buttons")),
    row(Messenger, P::BareCards, 0, Items, (MESSENGER_GENERIC_TEMPLATE, "an element needs something besides its title")),

    // The page says «1000 bytes or less» in one place and «less than 1000 characters» in another; bytes are the fewer.
    row(Instagram, P::Text, 1000, Bytes, (INSTAGRAM_SEND, "the text of a message is UTF-8 and has at most 1000 bytes")),
    row(Instagram, P::Prompt, 640, Characters, (INSTAGRAM_BUTTON_TEMPLATE, "the text above the buttons has up to 640 characters")),
    row(Instagram, P::Buttons, 3, Items, (INSTAGRAM_BUTTON_TEMPLATE, "a button template has one to three buttons")),
    // Instagram's pages refer to the buttons of Messenger for this one.
    row(Instagram, P::ButtonTitle, 20, Characters, (MESSENGER_URL_BUTTON, "a button's title has at most 20 characters")),
    row(Instagram, P::Phones, 0, Items, (INSTAGRAM_BUTTON_TEMPLATE, "the buttons are those that open a page and those that come back")),
    row(Instagram, P::QuickReplyPrompt, 1000, Bytes, (INSTAGRAM_SEND, "quick replies hang below a text message, which has at most 1000 bytes")),
    row(Instagram, P::QuickReplies, 13, Items, (INSTAGRAM_QUICK_REPLIES, "a message has at most 13 quick replies")),
    row(Instagram, P::QuickReplyTitle, 20, Characters, (INSTAGRAM_QUICK_REPLIES, "a quick reply is cut behind 20 characters")),
    row(Instagram, P::QuickReplyLinks, 0, Items, (INSTAGRAM_QUICK_REPLIES, "quick replies are plain text; none opens a page")),
    row(Instagram, P::Cards, 10, Items, (INSTAGRAM_GENERIC_TEMPLATE, "a generic template has at most 10 elements")),
    row(Instagram, P::CardTitle, 80, Characters, (INSTAGRAM_GENERIC_TEMPLATE, "an element's title has at most 80 characters")),
    row(Instagram, P::CardSubtitle, 80, Characters, (INSTAGRAM_GENERIC_TEMPLATE, "an element's subtitle has at most 80 characters")),
    row(Instagram, P::CardButtons, 3, Items, (INSTAGRAM_GENERIC_TEMPLATE, "an element has at most three buttons")),
    row(Instagram, P::BareCards, 0, Items, (INSTAGRAM_GENERIC_TEMPLATE, "an element needs something besides its title")),

    row(WhatsApp, P::Text, 4096, Characters, (WHATSAPP_TEXT, "the body of a text message has at most 4096 characters")),
    row(WhatsApp, P::Prompt, 1024, Characters, (WHATSAPP_REPLY_BUTTONS, "the body above reply buttons has at most 1024 characters")),
    row(WhatsApp, P::Buttons, 3, Items, (WHATSAPP_REPLY_BUTTONS, "a message has up to three reply buttons")),
    row(WhatsApp, P::ButtonTitle, 20, Characters, (WHATSAPP_REPLY_BUTTONS, "a reply button's label has at most 20 characters")),
    row(WhatsApp, P::LinksBesideOthers, 0, Items, (WHATSAPP_URL_BUTTON, "a button that opens a page stands in a message of its own kind, which has one")),
    row(WhatsApp, P::Phones, 0, Items, (WHATSAPP_REPLY_BUTTONS, "outside of approved templates a button replies or opens a page; none calls a number")),
    row(WhatsApp, P::EqualTitles, 0, Items, (WHATSAPP_REPLY_BUTTONS, "the labels of the buttons of one message differ")),
    row(WhatsApp, P::QuickReplies, 0, Items, (WHATSAPP_REPLY_BUTTONS, "the options of a message are reply buttons, which stay")),
    row(WhatsApp, P::ListPrompt, 4096, Characters, (WHATSAPP_LIST, "the body above a list has at most 4096 characters")),
    row(WhatsApp, P::ListRows, 10, Items, (WHATSAPP_LIST, "a list has up to 10 rows, in all its sections together")),
    row(WhatsApp, P::ListRowTitle, 24, Characters, (WHATSAPP_LIST, "a row's title has at most 24 characters")),
    // Its media carousel is no gallery: two to ten cards, each with a picture and with buttons alike in kind and number.
    row(WhatsApp, P::Cards, 0, Items, (WHATSAPP_CAROUSEL, "cards exist only two to ten at once, each with a picture or film and with buttons alike; they have no title")),

    // The page was read as the documentation of client libraries repeats it.
    // The number of inline buttons is not stated; 100 in all and 8 in a row circulate. A button's label has no limit stated either.
    // Telegram's own library counts Unicode characters, not the UTF-16 units in which entities are placed.
    row(Telegram, P::Text, 4096, Characters, (TELEGRAM_SEND, "a text has 1 to 4096 characters after its entities are read")),
    row(Telegram, P::Prompt, 4096, Characters, (TELEGRAM_SEND, "buttons hang below a text message, which has at most 4096 characters")),
    row(Telegram, P::Phones, 0, Items, (TELEGRAM_BUTTON, "a button opens a web or Telegram address or sends data back; none calls a number")),
    row(Telegram, P::QuickReplyPrompt, 4096, Characters, (TELEGRAM_SEND, "a keyboard hangs below a text message, which has at most 4096 characters")),
    row(Telegram, P::QuickReplyLinks, 0, Items, (TELEGRAM_KEYBOARD_BUTTON, "a keyboard's button sends its text, or asks for a contact, a place, a poll, a chat or a web app; none opens a page")),
    row(Telegram, P::Cards, 0, Items, (TELEGRAM_METHODS, "there are texts, media and albums of media, and no cards with buttons")),

    // The reference was read as the documentation of LINE's own SDK repeats it.
    // https://developers.line.biz/en/docs/messaging-api/text-character-count says which are counted in graphemes.
    row(Line, P::Text, 5000, Utf16, (LINE_TEXT, "a text has at most 5000 characters, counted in UTF-16 code units")),
    row(Line, P::Prompt, 160, Graphemes, (LINE_BUTTONS, "the text of a buttons template without picture and title has at most 160 graphemes")),
    row(Line, P::Buttons, 4, Items, (LINE_BUTTONS, "a buttons template has at most four actions")),
    row(Line, P::ButtonTitle, 20, Graphemes, (LINE_ACTIONS, "an action's label has at most 20 graphemes")),
    row(Line, P::QuickReplyPrompt, 5000, Utf16, (LINE_TEXT, "quick replies hang below a text message, which has at most 5000 UTF-16 code units")),
    row(Line, P::QuickReplies, 13, Items, (LINE_QUICK_REPLIES, "a message has up to 13 quick reply buttons")),
    row(Line, P::QuickReplyTitle, 20, Graphemes, (LINE_ACTIONS, "an action's label has at most 20 graphemes")),
    row(Line, P::Cards, 10, Items, (LINE_CAROUSEL, "a carousel has at most 10 columns")),
    row(Line, P::CardTitle, 40, Graphemes, (LINE_CAROUSEL, "a column's title has at most 40 graphemes")),
    row(Line, P::CardSubtitle, 60, Graphemes, (LINE_CAROUSEL, "a column's text has at most 60 graphemes where there is a title or picture")),
    row(Line, P::CardButtons, 3, Items, (LINE_CAROUSEL, "a column has at most three actions")),
    row(Line, P::CardsWithoutButton, 0, Items, (LINE_CAROUSEL, "a column needs its actions")),
    row(Line, P::CardShapes, 1, Items, (LINE_CAROUSEL, "all columns have as many actions, and a picture or title in one is in all")),

    // The page of carousels was read as three client libraries repeat it.
    // The length of a button's text stands in the vendor's former page of keyboards, read as several client libraries repeat it.
    // The number of buttons on a keyboard circulates (24 rows) without a statement.
    row(Viber, P::Text, 7000, Characters, (VIBER_MESSAGES, "a text has at most 7000 characters")),
    row(Viber, P::Prompt, 7000, Characters, (VIBER_MESSAGES, "a keyboard hangs below a text message, which has at most 7000 characters")),
    row(Viber, P::ButtonTitle, 250, Characters, (VIBER_KEYBOARD_BUTTONS, "a button's text has at most 250 characters")),
    row(Viber, P::Phones, 0, Items, (VIBER_KEYBOARDS, "a button replies, opens an address, or asks for a place or number; none calls one")),
    row(Viber, P::QuickReplyPrompt, 7000, Characters, (VIBER_MESSAGES, "a keyboard hangs below a text message, which has at most 7000 characters")),
    row(Viber, P::QuickReplyTitle, 250, Characters, (VIBER_KEYBOARD_BUTTONS, "a button's text has at most 250 characters")),
    row(Viber, P::Cards, 6, Items, (VIBER_RICH_MEDIA, "a carousel has at most six times the buttons of one block of rows and columns, which is six cards")),
    row(Viber, P::Audio, 0, Items, (VIBER_MESSAGES, "messages are texts, pictures, videos, files, contacts, places, addresses, stickers and carousels")),
];
