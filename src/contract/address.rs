//! Web addresses that attributes are put into, on their way to a customer.

use super::{encode_value, has_step, origin};
use crate::customer::Customer;
use crate::program::Data;
use crate::program::code::{Piece, Template};

/// Writes an address. Where scheme and host already stand there and have come to an end, a value is
/// one part of the path or query and percent-encoded, so that a name with a blank in it makes a
/// link; before, it is a piece of the address itself (`{{website}}`) and taken as it stands. `None` where values
/// make a step within the path (`..`), which leads to another address.
pub(crate) fn write_address(
    data: &Data,
    customer: &Customer,
    template: &Template,
    most: usize,
) -> Option<String> {
    let mut url = String::with_capacity(template.size_hint());
    let mut has_values = false;
    for piece in &template.pieces {
        if url.len() > most {
            break;
        }
        let is_behind_host = origin(&url).is_some_and(|origin| origin.len() < url.len());
        if is_behind_host && matches!(piece, Piece::Attribute(..)) {
            let mut value = String::new();
            data.write_piece(customer, piece, &mut value);
            url.push_str(&encode_value(&value));
            has_values = true;
        } else {
            data.write_piece(customer, piece, &mut url);
        }
    }
    let leads_elsewhere = has_values && path(&url).split('/').any(has_step);
    (!leads_elsewhere).then_some(url)
}

/// The path of an address, with what stands before it.
fn path(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::write_address;
    use crate::customer::{Customer, RecordField};
    use crate::program::code::{Piece, Template};
    use crate::program::{AttributeRef, Data};

    /// A template in which `NAME` stands for an attribute with that value.
    fn address(template: &str, value: &str) -> Option<String> {
        address_of(template, value, usize::MAX)
    }

    fn address_of(template: &str, value: &str, most: usize) -> Option<String> {
        let mut customer = Customer::new(7);
        customer.first_name = value.to_owned();
        let name = || {
            Piece::Attribute(
                AttributeRef::Record(RecordField::FirstName),
                Some("a guest".into()),
            )
        };
        let mut pieces = Vec::new();
        for (index, plain) in template.split("NAME").enumerate() {
            if index > 0 {
                pieces.push(name());
            }
            if !plain.is_empty() {
                pieces.push(Piece::Plain(plain.into()));
            }
        }
        write_address(&Data::default(), &customer, &Template::new(pieces), most)
    }

    #[test]
    fn an_address_that_is_too_long_ends_behind_the_value_that_makes_it_so() {
        let most = "https://s.example/Asha".len();
        for (most, url) in [
            (most - 1, "https://s.example/Asha"),
            (most, "https://s.example/Asha/"),
            (most + 1, "https://s.example/Asha/Asha"),
        ] {
            assert_eq!(
                address_of("https://s.example/NAME/NAME", "Asha", most).unwrap(),
                url,
                "{most}"
            );
        }
    }

    #[test]
    fn values_behind_the_host_are_encoded() {
        let table = [
            (
                "https://s.example/?q=NAME",
                "Asha & Co",
                "https://s.example/?q=Asha%20%26%20Co",
            ),
            (
                "https://s.example/NAME/x#NAME",
                "a/b",
                "https://s.example/a%2Fb/x#a%2Fb",
            ),
            ("https://s.example?NAME", "দ", "https://s.example?%E0%A6%A6"),
            ("https://s.example/NAME", "", "https://s.example/a%20guest"),
        ];
        for (template, value, url) in table {
            assert_eq!(address(template, value).unwrap(), url, "{template}");
        }
    }

    #[test]
    fn values_make_no_step_within_the_path() {
        for (template, value) in [
            ("https://s.example/u/NAME/i.png", ".."),
            ("https://s.example/u/NAMENAME", "."),
            ("https://s.example/NAME#a", "../x"),
            ("https://s.example/NAME", "a\\..\\b"),
            ("https://s.example/a%2fNAME/b", ".."),
            ("https://s.example/a\\NAME/b", ".."),
            ("https://s.example/%5cNAME", ".."),
            ("https://s.example/%2eNAME/b", "."),
            ("https://s.example/NAME%2e", "."),
            ("https://s.example/NAME;x=1/b", ".."),
            ("https://s.example/NAME", "..;x"),
        ] {
            assert_eq!(address(template, value), None, "{template}");
        }
        for (template, value, url) in [
            ("https://s.example/?q=NAME", "..", "https://s.example/?q=.."),
            ("https://s.example/#/NAME/", "..", "https://s.example/#/../"),
            ("https://s.example/NAME", "...", "https://s.example/..."),
            ("https://s.exampleNAME", "/../a", "https://s.example/../a"),
        ] {
            assert_eq!(address(template, value).unwrap(), url, "{template}");
        }
    }

    #[test]
    fn values_before_the_end_of_the_host_are_taken_as_they_stand() {
        let table = [
            (
                "NAME",
                "https://s.example/?q=a%20b&x=1",
                "https://s.example/?q=a%20b&x=1",
            ),
            (
                "NAME?by=NAME",
                "https://s.example/",
                "https://s.example/?by=https%3A%2F%2Fs.example%2F",
            ),
            ("https://NAME.example/", "shop", "https://shop.example/"),
            ("https://s.exampleNAME", "/a?b=c", "https://s.example/a?b=c"),
        ];
        for (template, value, url) in table {
            assert_eq!(address(template, value).unwrap(), url, "{template}");
        }
    }
}
