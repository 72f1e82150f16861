//! `--attribute KEY=VALUE`: values for the customer of one call, typed as the flow declares them.

use sayflow::{Customer, Program, Type};
use serde_json::{Value as Json, json};

use crate::exit::Stop;
use crate::record;
use sayflow_kit::nearest::did_you_mean;

pub(super) fn parse(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, such as `order_no=AB-123456`".to_owned()),
    }
}

/// The customer with these values; an empty one clears.
pub(super) fn with_attributes(
    mut customer: Customer,
    program: &Program,
    given: &[(String, String)],
) -> Result<Customer, Stop> {
    for (key, text) in given {
        customer = with_attribute(customer, program, (key, text))?;
    }
    Ok(customer)
}

fn with_attribute(
    customer: Customer,
    program: &Program,
    (key, text): (&str, &str),
) -> Result<Customer, Stop> {
    let declared = program.attribute_types().find(|(known, _)| *known == key);
    if let Some((_, ty)) = declared {
        return changed(&customer, program, (key, typed(text, ty)));
    }
    // A field of the record, or nothing that is known.
    let field = std::iter::once(json!(text))
        .chain(serde_json::from_str(text).ok())
        .find_map(|value| record::changed(&customer, program, &json!({ key: value })).ok());
    match field {
        Some(customer) if customer.attribute(key).is_none() => Ok(customer),
        Some(_) => {
            let known: Vec<&str> = program.attribute_types().map(|(key, _)| key).collect();
            let near = did_you_mean(key, known.iter().copied(), "attributes");
            Err(Stop::misuse(format!("the flow has no attribute `{key}`: {near}")))
        }
        None => changed(&customer, program, (key, json!(text))),
    }
}

fn changed(customer: &Customer, program: &Program, (key, value): (&str, Json)) -> Result<Customer, Stop> {
    record::changed(customer, program, &json!({ key: value })).map_err(Stop::misuse)
}

/// A text as its type reads it, or as it is where the type cannot; `null` for no text.
fn typed(text: &str, ty: &Type) -> Json {
    match (ty, text.to_lowercase().as_str()) {
        (_, "") => Json::Null,
        (Type::Number | Type::Any, _) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        (Type::YesNo, "yes" | "true") => json!(true),
        (Type::YesNo, "no" | "false") => json!(false),
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use sayflow::Source;

    use super::*;

    fn given(pairs: &[&str]) -> Result<Customer, String> {
        let flow = r#"
attribute points: number = 0
attribute vip: yes/no
attribute size: one of "S", "M"
attribute born: date
attribute order_no: text
on start {
  text "{{points}} {{vip|}} {{size|}} {{born|}} {{order_no|}}"
}
"#;
        let program = Program::load([Source::new("a.flow", flow)]).unwrap();
        let pairs: Vec<_> = pairs.iter().map(|pair| parse(pair).unwrap()).collect();
        with_attributes(Customer::new(1), &program, &pairs).map_err(|stop| format!("{stop:?}"))
    }

    #[test]
    fn values_are_typed_as_declared() {
        let customer = given(&[
            "points=12.5",
            "vip=yes",
            "size=M",
            "born=2000-02-29",
            "order_no=12",
        ])
        .unwrap();
        let written = serde_json::to_string(&customer).unwrap();
        let typed = r#""points":12.5,"vip":true,"size":"M","born":"2000-02-29","order_no":"12"}"#;
        assert!(written.ends_with(typed), "{written}");
    }

    #[test]
    fn fields_of_the_record() {
        let customer = given(&[
            "first_name=Asha",
            "timezone=5.5",
            "platform_id=3",
            "bot_enabled=false",
        ])
        .unwrap();
        assert_eq!(
            (customer.first_name.as_str(), customer.timezone),
            ("Asha", Some(5.5))
        );
        assert_eq!((customer.platform_id, customer.bot_enabled), (3, false));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (pair, words) in [
            ("points=many", "is declared number"),
            ("size=XL", "one of"),
            ("born=29.2.2000", "date"),
            ("vip=perhaps", "yes/no"),
            ("ordr_no=1", "did you mean `order_no`?"),
            ("timezone=east", "timezone"),
        ] {
            let refused = given(&[pair]).unwrap_err();
            assert!(refused.contains(words), "{pair}: {refused}");
        }
    }
}
