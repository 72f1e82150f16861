//! The customer record, field by field in the order of the contract.

use super::json::Json;
use super::patterns;
use super::schema::{Kind, Schema};

/// A field of the customer record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// Whether a reply may write it.
    pub(super) is_writable: bool,
    description: &'static str,
    example: &'static str,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Whole,
    YesNo,
    Text,
    Hours,
    Moment,
}

const TEXT_OF_PLATFORM: &str = "As the platform writes it; empty where it is not known.";

/// Every field.
pub(super) const RECORD: [Field; 16] = [
    read_only(
        "uid",
        Holds::Whole,
        "The platform's number of this customer.",
        "7",
    ),
    read_only(
        "platform_id",
        Holds::Whole,
        "The platform's number of the channel.",
        "101",
    ),
    read_only("bot_enabled", Holds::YesNo, "Whether the bot answers.", "true"),
    writable(
        "avatar",
        "URL of a picture; empty where it is not known.",
        "https://cdn.shop.example/asha.png",
    ),
    writable("first_name", "Given name; empty where it is not known.", "Asha"),
    writable("last_name", "Family name; empty where it is not known.", "Rahman"),
    writable(
        "full_name",
        "Whole name; empty where it is not known.",
        "Asha Rahman",
    ),
    writable("gender", TEXT_OF_PLATFORM, "female"),
    Field {
        holds: Holds::Hours,
        ..writable(
            "timezone",
            "Hours ahead of UTC with their fraction, such as 5.5: an offset, not a zone. `null` where it is not known.",
            "6.0",
        )
    },
    writable("locale", TEXT_OF_PLATFORM, "bn_BD"),
    writable("language", TEXT_OF_PLATFORM, "bn"),
    writable("phone", TEXT_OF_PLATFORM, "+8801700000000"),
    writable("email", TEXT_OF_PLATFORM, "asha@mail.example"),
    read_only(
        "created_at",
        Holds::Moment,
        "When the customer was first seen, in UTC; empty where it is not known.",
        "2020-10-16 06:41:59.039735+00:00",
    ),
    read_only(
        "last_message_text",
        Holds::Text,
        "What the customer sent last; empty before the first message.",
        "Where is my order?",
    ),
    read_only(
        "last_message_time",
        Holds::Moment,
        "When the customer sent it, in UTC; empty before the first message.",
        "2026-11-20 10:00:00.000000+00:00",
    ),
];

const fn read_only(
    name: &'static str,
    holds: Holds,
    description: &'static str,
    example: &'static str,
) -> Field {
    Field {
        name,
        holds,
        is_writable: false,
        description,
        example,
    }
}

const fn writable(name: &'static str, description: &'static str, example: &'static str) -> Field {
    Field {
        is_writable: true,
        ..read_only(name, Holds::Text, description, example)
    }
}

/// The field of that name.
pub(super) fn field(name: &str) -> Option<&'static Field> {
    RECORD.iter().find(|field| field.name == name)
}

impl Field {
    /// The field in the body of a request.
    pub(super) fn in_request(&self) -> Schema {
        let schema = match self.holds {
            Holds::Whole => Schema::of(Kind::Integer),
            Holds::YesNo => Schema::of(Kind::Boolean),
            Holds::Text => Schema::of(Kind::String),
            Holds::Hours => Schema::of_any(&[Kind::Number, Kind::Null]),
            Holds::Moment => Schema::matching(patterns::moment()),
        };
        schema.described(self.description).example(self.example())
    }

    /// The field among the attributes of a reply.
    pub(super) fn in_reply(&self) -> Schema {
        match (self.is_writable, self.holds) {
            (false, _) => Schema::nothing().described("Written by the platform alone: leave it out."),
            (true, Holds::Hours) => Schema::of_any(&[Kind::Number, Kind::Null])
                .described("Hours ahead of UTC, such as 6 or 5.5; `null` clears it."),
            (true, _) => Schema::of_any(&[Kind::String, Kind::Null])
                .described("Replaces the field of the customer record; `null` empties it."),
        }
    }

    /// A value that it may have.
    pub(super) fn example(&self) -> Json {
        match self.holds {
            Holds::Whole => self.example.parse().map_or(Json::Null, Json::Whole),
            Holds::YesNo => Json::YesNo(self.example == "true"),
            Holds::Hours => self.example.parse().map_or(Json::Null, Json::Real),
            Holds::Text | Holds::Moment => self.example.into(),
        }
    }
}
