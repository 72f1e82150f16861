//! Whole blocks to fill in, by where they may stand.

use sayflow::syntax::Place;

use super::{Item, Sign};

/// Label and body of each snippet; `$0` is where the cursor ends.
const FILE: &[(&str, &str)] = &[
    ("sequence …", "sequence ${1:name} {\n  $0\n}"),
    ("on start …", "on start {\n  $0\n}"),
    ("on words …", "on words \"${1:hello}\" {\n  $0\n}"),
    ("on unmatched …", "on unmatched {\n  $0\n}"),
    ("on api failure …", "on api failure {\n  $0\n}"),
    (
        "attribute …",
        "attribute ${1:name}: ${2|text,number,yes/no,date,any|}",
    ),
    (
        "server …",
        "server ${1:name} \"${2:https://api.example.com}\" {\n  header \"${3:X-Token}\" = secret ${4:TOKEN}\n}",
    ),
    (
        "api …",
        "api ${1:name}: ${2|text,image,gallery,buttons,quick replies,nothing|} {\n  get \"${3:https://api.example.com/}\"\n}",
    ),
    (
        "action …",
        "action ${1:name} {\n  ${2:key}: ${3|text,number,yes/no,date,any|}\n}",
    ),
    ("test …", "test \"${1:what it shows}\" {\n  start\n  $0\n}"),
];

const STATEMENTS: &[(&str, &str)] = &[
    ("ask …", "ask \"${1:Which one?}\" save ${2:attribute} {\n  $0\n}"),
    (
        "buttons …",
        "buttons \"${1:What next?}\" {\n  \"${2:Title}\" -> ${3:sequence}\n}",
    ),
    (
        "quick replies …",
        "quick replies \"${1:What next?}\" {\n  \"${2:Title}\" -> ${3:sequence}\n}",
    ),
    ("gallery …", "gallery {\n  card \"${1:Title}\" {\n    $0\n  }\n}"),
    ("if …", "if ${1:condition} {\n  $0\n}"),
    ("once …", "once @${1:id} {\n  $0\n}"),
];

const ASK: &[(&str, &str)] = &[
    ("retry …", "retry ${1:2} \"${2:Please try again.}\""),
    ("no match …", "no match {\n  $0\n}"),
    ("no reply …", "no reply ${1:10m} {\n  $0\n}"),
    ("quick replies …", "quick replies {\n  \"${1:Title}\"\n}"),
];

const GALLERY: &[(&str, &str)] = &[(
    "card …",
    "card \"${1:Title}\" {\n  image \"${2:https://}\"\n  button \"${3:Title}\" -> ${4:sequence}\n}",
)];

const OPTIONS: &[(&str, &str)] = &[("option …", "\"${1:Title}\" -> ${2:sequence}")];

/// The blocks that may stand in a place.
pub(super) fn of(place: Place) -> impl Iterator<Item = Item> {
    let here = match place {
        Place::File => FILE,
        Place::Statements => STATEMENTS,
        Place::Ask => ASK,
        Place::Gallery => GALLERY,
        Place::Options => OPTIONS,
        _ => &[],
    };
    here.iter().map(|(label, body)| Item {
        label: (*label).to_owned(),
        sign: Sign::Snippet,
        detail: "a whole block".to_owned(),
        insert: (*body).to_owned(),
    })
}
