//! What several schemas share, each part under a name.

use indexmap::IndexMap;
use sayflow::Program;

use super::json::Json;
use super::patterns;
use super::schema::{Kind, Schema};
use super::{record, types};

/// A name of a part.
pub(super) const WORDS: &str = "Words";
pub(super) const WEB_ADDRESS: &str = "WebAddress";
pub(super) const BUTTON: &str = "Button";
pub(super) const QUICK_REPLY: &str = "QuickReply";
pub(super) const CARD: &str = "Card";
pub(super) const ATTRIBUTES: &str = "Attributes";
const CARD_BUTTON: &str = "CardButton";
const OPTIONAL_TEXT: &str = "OptionalText";
const OPTIONAL_WEB_ADDRESS: &str = "OptionalWebAddress";
const PHONE_NUMBER: &str = "PhoneNumber";

/// Where a sequence is named and no flow is known.
const SOME_SEQUENCE: &str = "offers";

/// Adds to a document the parts that schemas name, and those that these name in turn.
pub(super) fn add(
    parts: &mut IndexMap<String, Schema>,
    mut names: Vec<String>,
    place: &str,
    program: Option<&Program>,
) {
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        if !parts.contains_key(&name) {
            let mut part = part(&name, program);
            part.point_references(place, &mut names);
            parts.insert(name, part);
        }
    }
}

/// A part by its name.
fn part(name: &str, program: Option<&Program>) -> Schema {
    match name {
        WORDS => words(),
        WEB_ADDRESS => web_address(),
        OPTIONAL_WEB_ADDRESS => optional_web_address(),
        OPTIONAL_TEXT => optional_text(),
        PHONE_NUMBER => phone_number(),
        BUTTON => option("A button", true, program),
        QUICK_REPLY => option("A quick reply", false, program),
        CARD_BUTTON => option("A button of a card", false, program),
        CARD => card(program),
        ATTRIBUTES => attributes(program),
        _ => Schema::default(),
    }
}

/// A sequence that an example may name.
pub(super) fn some_sequence(program: Option<&Program>) -> &str {
    program
        .and_then(|program| program.sequences().next())
        .unwrap_or(SOME_SEQUENCE)
}

fn words() -> Schema {
    Schema::matching(patterns::not_blank())
        .titled("A text that says something")
        .described("Not empty, and not only blanks.")
}

fn optional_text() -> Schema {
    Schema::of_any(&[Kind::String, Kind::Null])
        .titled("A text that may be absent")
        .described("`null` and a text that is empty or only blanks are the same as absent.")
}

fn web_address() -> Schema {
    let host = Schema::default().when(
        Schema::matching(patterns::bracketed()),
        Schema::matching(patterns::bracketed_ipv6()).described("An IPv6 address stands in the brackets."),
    );
    Schema {
        not: Some(Box::new(
            Schema::matching(patterns::blank_or_hidden())
                .described("A blank, a control character, or one that nobody sees."),
        )),
        all_of: vec![
            Schema::matching(patterns::short_host())
                .described("The host has 255 bytes at most; this pattern counts characters."),
            host,
        ],
        ..Schema::matching(patterns::web_address())
    }
    .titled("A web address")
    .described(
        "An absolute http or https address, without a user name, blanks or characters that nobody sees. \
         Other schemes (`javascript:`, `data:`, `file:`) never reach a customer. Write a blank as `%20`.",
    )
    .example("https://cdn.shop.example/winter.png")
}

fn optional_web_address() -> Schema {
    Schema::any_of([
        Schema::reference(WEB_ADDRESS),
        Schema::of(Kind::Null),
        Schema::matching(patterns::blank()),
    ])
    .titled("A web address that may be absent")
    .described("`null` and a text that is empty or only blanks are the same as absent.")
}

fn phone_number() -> Schema {
    Schema::matching(patterns::phone_number())
        .titled("A phone number")
        .described(
            "3 to 15 digits, best with `+` and the country code. Blanks, `-`, `.`, `(`, `)` and a leading \
             `tel:` are dropped. Digits of other scripts count as what they are; those of scripts beyond \
             the Basic Multilingual Plane too, though this pattern does not know them.",
        )
        .example("+8801700000000")
}

/// An option: the title that is tapped, and what a tap does.
fn option(title: &str, may_call: bool, program: Option<&Program>) -> Schema {
    let mut kinds = vec![Json::from("sequence"), "url".into()];
    if may_call {
        kinds.push("phone".into());
    }
    let value = |schema| Schema::default().optional("value", schema);
    let sequence = value(sequence(program));
    let mut all_of = vec![
        Schema::default().when(Schema::has("type", "sequence"), sequence),
        Schema::default().when(Schema::has("type", "url"), value(Schema::reference(WEB_ADDRESS))),
    ];
    if may_call {
        let phone = value(Schema::reference(PHONE_NUMBER));
        all_of.push(Schema::default().when(Schema::has("type", "phone"), phone));
    }
    let extra =
        "A note that comes back when the option is tapped: the sequence that it opens reads it as `extra`.";
    Schema {
        all_of,
        ..Schema::of(Kind::Object)
    }
    .titled(title)
    .required("title", Schema::reference(WORDS).described("What is tapped."))
    .required("type", Schema::one_of(kinds).described("What a tap does."))
    .required(
        "value",
        Schema::reference(WORDS).described("Where a tap leads, by `type`."),
    )
    .optional("extra", Schema::reference(OPTIONAL_TEXT).described(extra))
    .example(option_example(program))
}

pub(super) fn option_example(program: Option<&Program>) -> Json {
    Json::object([
        ("title", "Winter sale".into()),
        ("type", "sequence".into()),
        ("value", some_sequence(program).into()),
        ("extra", "winter".into()),
    ])
}

fn sequence(program: Option<&Program>) -> Schema {
    let mut schema = Schema::of(Kind::String).described(
        "The id or name of a sequence of the flow. An option with any other is left out with a warning, and \
         so is one that the API's `leads to` does not list; the rest of the reply is shown.",
    );
    if let Some(program) = program {
        schema.examples = program.sequences().map(Json::from).collect();
    }
    schema
}

fn card(program: Option<&Program>) -> Schema {
    let buttons = Schema::list_of(Schema::reference(CARD_BUTTON));
    Schema::of(Kind::Object)
        .titled("A card of a gallery")
        .required("title", Schema::reference(WORDS))
        .optional("subtitle", Schema::reference(OPTIONAL_TEXT))
        .optional(
            "image",
            Schema::reference(OPTIONAL_WEB_ADDRESS).described("The picture of the card."),
        )
        .optional(
            "url",
            Schema::reference(OPTIONAL_WEB_ADDRESS).described("What a tap on the card opens."),
        )
        .optional("buttons", buttons.described("A list, or absent; never `null`."))
        .example(card_example(program))
}

pub(super) fn card_example(program: Option<&Program>) -> Json {
    Json::object([
        ("title", "Nakshi shawl".into()),
        ("subtitle", "৳2450".into()),
        ("image", "https://cdn.shop.example/shawl.png".into()),
        ("url", "https://shop.example/shawl".into()),
        ("buttons", Json::list([option_example(program)])),
    ])
}

fn attributes(program: Option<&Program>) -> Schema {
    let rest = Schema::of_any(&[Kind::String, Kind::Number, Kind::Boolean, Kind::Null]).described(
        "Saved under its key; `null` clears it. A list or object is saved only where the flow declares the \
         attribute `any`.",
    );
    let mut schema = Schema::of(Kind::Object).titled("Attributes to save").described(
        "Saved to the customer when the whole reply is good, all of them or none. Later requests carry \
             them, and the flow's texts may show them.",
    );
    for field in &record::RECORD {
        schema = schema.optional(field.name, field.in_reply());
    }
    let declared = program.into_iter().flat_map(Program::attribute_types);
    for (key, ty) in declared {
        let description = format!("The flow declares it as {ty}; `null` clears it.");
        schema = schema.optional(key, types::value_or_null(ty).described(description));
    }
    schema.additional_properties = Some(Box::new(rest));
    schema
}
