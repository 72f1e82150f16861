//! Replies with everything in them, and what is wrong with replies.

use sayflow::Output;
use serde_json::{Value, json};

/// A reply with everything that an output may have.
pub(crate) fn full(output: Output) -> Value {
    let link = json!({"title": "Shop", "type": "url", "value": "https://shop.example/a?b=c#d", "extra": ""});
    let open = json!({"title": "Offers", "type": "sequence", "value": "offers", "extra": "winter"});
    let call = json!({"title": "Call", "type": "phone", "value": "+880 1700-000000", "extra": null});
    let data = match output {
        Output::Text => json!("packed"),
        Output::Image => json!({"type": "video", "url": "http://cdn.shop.example:8080/a.mp4"}),
        Output::Gallery => json!([
            {"title": "Shawl", "subtitle": "৳2450", "image": "https://cdn.shop.example/a.png",
             "url": "https://shop.example/a", "buttons": [open, link]},
            {"title": "Gift", "subtitle": null, "image": "", "url": null},
        ]),
        Output::Buttons => json!([open, link, call]),
        Output::QuickReplies => json!([open, link]),
        _ => Value::Null,
    };
    json!({
        "success": true,
        "data": data,
        "message": "fine",
        "status": 200,
        "attributes": {
            "first_name": "Asha", "timezone": 5.5, "email": null, "city": "Sylhet", "points": 240, "vip": true,
            "birthday": "2000-02-29", "size": "M", "cart": "empty", "loyalty-balance": -1.5, "other": "x",
        },
    })
}

/// Values that stand in the place of another.
pub(crate) fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "\n\t",
        "\u{85}",
        "\u{feff}",
        "\u{3000}",
        "\u{200b}",
        "word",
        "yes",
        "true",
        "12",
        "S",
        "s",
        "sequence",
        "Sequence",
        "url",
        "phone",
        "image",
        "audio",
        "video",
        "offers",
        "nowhere",
        "2026-11-20",
        "2026-2-3",
        "2026-02-29",
        "2024-02-29",
        "1900-02-29",
        "2000-02-29",
        "0000-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "2026-11-20T10:00",
        " 2026-11-20",
        "2026-11-20\n",
        "20261120",
        "-000001-01",
        "+2026-1-01",
        "20261120  ",
        "২০২৬-১১-২০",
    ];
    let mut values: Vec<Value> = texts
        .into_iter()
        .chain(URLS)
        .chain(PHONES)
        .map(Value::from)
        .collect();
    values.push(format!("https://{}.example/", "a".repeat(246)).into());
    values.push(format!("https://{}.example", "a".repeat(247)).into());
    values.push(format!("https://{}.example:80?x", "a".repeat(248)).into());
    values.extend(kinds());
    values
}

/// Values of every kind.
fn kinds() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-7),
        json!(2.5),
        json!(1e300),
        json!(9_007_199_254_740_993_i64),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("true"),
        json!("12"),
        json!("S"),
        json!("2026-11-20"),
        json!("offers"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!([{}]),
        json!(["offers"]),
        json!({"a": 1}),
        json!({"a": null, "b": [1]}),
        json!({"title": "x"}),
        json!({"title": "x", "type": "sequence", "value": "nowhere"}),
        json!({"title": "x", "type": "url", "value": "+880123"}),
        json!({"title": "x", "type": "phone", "value": "+880123"}),
        json!({"title": "x", "type": "phone", "value": "https://shop.example"}),
        json!({"title": " ", "type": "url", "value": "https://shop.example"}),
        json!({"type": "image", "url": "https://shop.example"}),
        json!({"success": true, "data": "x"}),
    ]
}

#[rustfmt::skip]
const URLS: [&str; 82] = [
    "https://shop.example", "http://127.0.0.1:8080/a?b=c#d", "HTTPS://Shop.Example:443/", "https://[::1]:8080/x",
    "https://দোকান.example/ছবি.png", "https://localhost?x=https://other.example/a@b", "https://shop.example./x",
    "www.shop.example/a.png", "//cdn.shop.example/a.png", "/images/a.png", "shop", "shop.example:8080/a",
    "htps://shop.example", "javascript:alert(1)", "JavaScript://shop.example/%0aalert(1)", "data:text/html,hi",
    "file:///etc/passwd", "ftp://shop.example", "mailto:a@b.example", "https:/shop.example", "https:shop.example",
    "https://", "https:///a", "https://user:pw@shop.example", "https://user@shop.example",
    "https://good.example\\@evil.example", "https://good.example\\.evil.example", "https://shop..example",
    "https://.shop.example", "https://shop.example..", "https://.", "https://[::1", "https://::1", "https://[::1]x",
    "https://[]", "https://[::1]:", "https://[::1]:0", "https://[::1]]", "https://[1:2:3:4:5:6:7:8]",
    "https://[1:2:3:4:5:6:7::]", "https://[1:2:3:4:5:6:7::8]", "https://[::2:3:4:5:6:7:8]", "https://[1::3::5]",
    "https://[::ffff:127.0.0.1]", "https://[::ffff:127.0.0.256]", "https://[::ffff:127.0.0.01]",
    "https://[1:2:3:4:5:6:1.2.3.4]", "https://[1:2:3:4:5:6:7:1.2.3.4]", "https://[fe80::1%25eth0]",
    "https://[::12345]", "https://[v1.a]", "https://[1.2.3.4]", "https://[:]", "https://[:::]",
    "https://shop.example:0", "https://shop.example:00080", "https://shop.example:65535",
    "https://shop.example:65536", "https://shop.example:99999", "https://shop.example:+80", "https://shop.example:",
    "https://shop.example:80:80", "https://shop.example:৮০", " https://shop.example", "https://shop.example ",
    "https://shop.example\n", "https://shop.example/a b.png", "https://shop.example/a\nb",
    "https://shop.example/\u{2003}", "https://shop.example/\u{feff}", "https://a_b-c.example/\\", "https://a%20b.example",
    "java\tscript:alert(1)", "https://pay\u{200b}.shop.example", "https://exam\u{ad}ple/", "https://pay\u{200d}.example",
    "https://خانه\u{200c}ها.example/می\u{200c}روم#❤\u{fe0f}", "https://ශ\u{200d}\u{200d}රී.example", "https://ශ\u{200d}.රී.example",
    "https://❤\u{fe0f}.example", "https://shop.example＠evil.example/", "https://ｓｈｏｐ－１．example/／＠",
];

#[rustfmt::skip]
const PHONES: [&str; 32] = [
    "+880 1700-000.000", "(02) 955 01 01", "tel:+1-201-555-0123", "TEL: 999", "tel:", "tel:tel:999", " tel:999 ",
    "tel:\n999", "০১৭০০০০০০০০", "٠١٢٣٤", "９９９", "999", "12", "+", "123456789012345", "1234567890123456",
    "call us", "12+34", "++12345", "123;ext=4", "-(+)123", "\u{a0}123\u{202f}456\t7", "123\n", "123\n-", "\n-123-\n",
    "-\n123", "12\u{2003}3", "\u{2003}123\u{2003}", "1.2.3", "123–456", "[02] 955−01‐01", "12~34",
];

/// The JSON pointers of a value and of everything in it.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (at.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        pointers.extend(
            self::pointers(value)
                .into_iter()
                .map(|rest| format!("/{key}{rest}")),
        );
    }
    pointers
}

/// The value without what stands at a pointer.
pub(crate) fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(entries) => drop(entries.remove(key)),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => {}
    }
    value
}

/// The value with another at a pointer.
pub(crate) fn with(value: &Value, pointer: &str, other: Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(pointer).unwrap() = other;
    value
}

/// Everything that is one step away from a value.
pub(crate) fn neighbours(value: &Value) -> Vec<Value> {
    let mut neighbours = vec![value.clone()];
    for pointer in pointers(value) {
        let found = value.pointer(&pointer).unwrap();
        if !pointer.is_empty() {
            neighbours.push(without(value, &pointer));
        }
        // Addresses and numbers are at home where texts are.
        let mut others = if found.is_string() { values() } else { kinds() };
        others.extend([json!([found]), json!({"data": found}), json!(found.to_string())]);
        match found {
            Value::Array(items) => {
                others.extend(items.first().cloned());
                others.push(items.iter().chain(items).cloned().collect());
            }
            Value::Object(entries) => {
                for key in ["uid", "created_at", "bot_enabled", "type", "success", "nonsense"] {
                    for other in [json!(null), json!(1), json!("x"), json!(["x"])] {
                        let mut entries = entries.clone();
                        entries.insert(key.to_owned(), other);
                        others.push(entries.into());
                    }
                }
            }
            _ => {}
        }
        neighbours.extend(others.into_iter().map(|other| with(value, &pointer, other)));
    }
    neighbours
}
