//! The schema of a reply, by the output of the API.

use sayflow::{Output, Program};

use super::json::Json;
use super::parts::{self, ATTRIBUTES, BUTTON, CARD, QUICK_REPLY, WEB_ADDRESS};
use super::schema::{DIALECT, Kind, Schema};

/// Where a schema that stands alone keeps its parts.
const DEFINITIONS: &str = "#/$defs/";

/// The schema of the replies of an API with that output; with a program, its attributes have their
/// declared types, and its sequences are named.
///
/// A reply is valid exactly where the engine finds no error in it, and the call ends in `ok`, `empty` or
/// `declined`. Without a program that of a flow without attributes is meant.
///
/// # Examples
///
/// ```
/// use sayflow::Output;
///
/// let schema = serde_json::to_value(sayflow_kit::contract::reply(Output::Text, None))?;
/// assert_eq!(schema["then"]["properties"]["data"]["type"], "string");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn reply(output: Output, program: Option<&Program>) -> Schema {
    let mut schema = Schema {
        dialect: Some(DIALECT),
        ..whole(output, program)
    };
    let mut names = Vec::new();
    schema.point_references(DEFINITIONS, &mut names);
    parts::add(&mut schema.definitions, names, DEFINITIONS, program);
    schema
}

/// The schema with bare names of parts.
pub(super) fn whole(output: Output, program: Option<&Program>) -> Schema {
    let mut good = Schema::default();
    if let Some(data) = data(output) {
        good = good.required("data", data);
    }
    let good = good.optional("attributes", Schema::reference(ATTRIBUTES));
    Schema::of(Kind::Object)
        .titled(format!("Reply of an API with the output `{output}`"))
        .described(
            "What the endpoint answers, as JSON in UTF-8 with a 2xx status. Whatever is said here of `data` and \
             `attributes` holds where `success` is true. Fields that are not listed are ignored.",
        )
        .required("success", success())
        .optional("data", Schema::default().described(about_data(output)))
        .optional("attributes", Schema::default().described("What is saved to the customer."))
        .optional(
            "message",
            Schema::default().described(
                "A text for the log, never shown to a customer. Anything but a text is ignored with a warning.",
            ),
        )
        .optional(
            "status",
            Schema::default().described(
                "The HTTP status once more, as a whole number. It changes nothing; another one than that of the \
                 reply itself is a warning.",
            ),
        )
        .when(Schema::has("success", true), good)
        .example(example(output, program))
        .example(declined())
}

fn success() -> Schema {
    Schema::of(Kind::Boolean).described(
        "False for a request that was understood and is refused: the call ends in `declined`, `data` is not \
         looked at, and no attribute is saved.",
    )
}

/// The component that holds the schema of an output.
pub(super) fn component(output: Output) -> &'static str {
    match output {
        Output::Text => "ReplyText",
        Output::Image => "ReplyImage",
        Output::Gallery => "ReplyGallery",
        Output::Buttons => "ReplyButtons",
        Output::QuickReplies => "ReplyQuickReplies",
        _ => "ReplyNothing",
    }
}

fn about_data(output: Output) -> &'static str {
    match output {
        Output::Nothing => "Not looked at, and may be absent.",
        _ => "What fills the block; required where `success` is true.",
    }
}

/// `data` where `success` is true; `None` where it is not looked at.
fn data(output: Output) -> Option<Schema> {
    let schema = match output {
        Output::Text => Schema::of(Kind::String).described(
            "The text that stands where the flow names the API. A line break is a line break; a text that is \
             empty or only blanks ends the call in `empty`.",
        ),
        Output::Image => media(),
        Output::Gallery => list(CARD, "The cards, from left to right."),
        Output::Buttons => list(BUTTON, "The buttons, from top to bottom."),
        Output::QuickReplies => list(QUICK_REPLY, "The quick replies, in their order."),
        _ => return None,
    };
    Some(schema)
}

fn list(part: &str, description: &str) -> Schema {
    Schema::list_of(Schema::reference(part)).described(format!(
        "{description} A list also where there is only one; an empty one ends the call in `empty`."
    ))
}

fn media() -> Schema {
    let kinds = ["image", "audio", "video"].map(Json::from);
    Schema::of(Kind::Object)
        .described("The picture, sound or film; the block that is shown is of that kind.")
        .required("type", Schema::one_of(kinds))
        .required("url", Schema::reference(WEB_ADDRESS))
}

/// A good reply.
fn example(output: Output, program: Option<&Program>) -> Json {
    let success = ("success", true.into());
    let data = match output {
        Output::Text => "packed and on its way".into(),
        Output::Image => Json::object([
            ("type", "image".into()),
            ("url", "https://cdn.shop.example/winter.png".into()),
        ]),
        Output::Gallery => Json::list([parts::card_example(program)]),
        Output::Buttons => Json::list([
            parts::option_example(program),
            Json::object([
                ("title", "Call us".into()),
                ("type", "phone".into()),
                ("value", "+8801700000000".into()),
            ]),
        ]),
        Output::QuickReplies => Json::list([parts::option_example(program)]),
        _ => {
            let attributes = Json::object([("first_name", "Asha".into())]);
            return Json::object([success, ("attributes", attributes)]);
        }
    };
    Json::object([success, ("data", data)])
}

fn declined() -> Json {
    Json::object([
        ("success", false.into()),
        ("message", "there is no such order".into()),
    ])
}
