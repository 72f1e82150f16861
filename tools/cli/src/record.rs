//! A customer's record from outside: read from a file, shown, changed field by field.

use std::path::Path;

use indexmap::IndexMap;
use sayflow::{Customer, Program, Value};
use serde_json::{Map, Value as Json};

use crate::exit::Stop;
use crate::json;

/// The record in a file: one JSON object.
pub(crate) fn read(path: &Path, program: &Program) -> Result<Customer, Stop> {
    let nobody = Customer::new(0);
    changed(&nobody, program, &json::read(path)?).map_err(|fault| json::useless(path, &fault))
}

/// The fields that are known and the attributes, in their order.
pub(crate) fn fields(customer: &Customer) -> Result<IndexMap<String, Json>, String> {
    let json = serde_json::to_string(customer).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

/// The customer with other values, which have the types that the program declares; `null` clears a field
/// or an attribute.
pub(crate) fn changed(customer: &Customer, program: &Program, change: &Json) -> Result<Customer, String> {
    let change = change.as_object().ok_or_else(|| {
        let kind = json::kind(change);
        format!(r#"a customer is an object such as `{{"first_name":"Asha"}}`, not {kind}"#)
    })?;
    check_types(program, change)?;
    let mut fields = fields(customer)?;
    fields.extend(change.clone());
    let json = serde_json::to_string(&fields).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

fn check_types(program: &Program, change: &Map<String, Json>) -> Result<(), String> {
    for (key, ty) in program.attribute_types() {
        let Some(found) = change.get(key) else { continue };
        if Value::from_json(found.clone()).is_some_and(|value| !ty.admits(&value)) {
            let expected = ty.in_json();
            return Err(format!(
                "attribute `{key}` is declared {ty}: `{found}` is not {expected}"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sayflow::Source;
    use serde_json::json;

    use super::*;

    fn changed(customer: &Customer, change: &Json) -> Result<Customer, String> {
        let flow = "attribute size: one of \"S\", \"M\", \"L\"\nattribute vip: yes/no\nattribute age: number\n\
            attribute born: date\nattribute cart: any\n\
            on start {\n  text \"{{size|}} {{vip|}} {{age|}} {{born|}} {{cart|}}\"\n}\n";
        let program = Program::load([Source::new("a.flow", flow)]).unwrap();
        super::changed(customer, &program, change)
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let refusals: Vec<String> = [
            json!({"age": "x"}),
            json!({"vip": "yes"}),
            json!({"size": "XL"}),
            json!({"born": "20.11.2026"}),
            json!({"size": ["M"]}),
            json!({"uid": "seven"}),
            json!(["age"]),
        ]
        .iter()
        .map(|change| changed(&Customer::new(7), change).unwrap_err())
        .collect();
        assert_eq!(
            refusals,
            [
                r#"attribute `age` is declared number: `"x"` is not a number"#,
                r#"attribute `vip` is declared yes/no: `"yes"` is not `true` or `false`"#,
                r#"attribute `size` is declared one of "S", "M", "L": `"XL"` is not one of "S", "M", "L""#,
                r#"attribute `born` is declared date: `"20.11.2026"` is not a date such as `2026-11-20`"#,
                r#"attribute `size` is declared one of "S", "M", "L": `["M"]` is not one of "S", "M", "L""#,
                "`uid` must be a whole number",
                r#"a customer is an object such as `{"first_name":"Asha"}`, not a list"#,
            ]
        );
        let fits =
            json!({"age": 7.5, "vip": true, "size": null, "born": "2026-11-20", "cart": [1], "else": 1});
        assert!(changed(&Customer::new(7), &fits).is_ok());
    }

    #[test]
    fn a_change_keeps_the_order() {
        let mut customer = Customer::new(7);
        customer.set_attribute("size", "M");
        customer.set_attribute("order_no", "AB-123456");
        let customer = changed(&customer, &json!({"size": "L", "first_name": "Asha", "uid": 8})).unwrap();
        let written = serde_json::to_string(&customer).unwrap();
        assert_eq!(
            written,
            r#"{"uid":8,"first_name":"Asha","size":"L","order_no":"AB-123456"}"#
        );
        let customer = changed(&customer, &json!({"size": null})).unwrap();
        assert_eq!(customer.attribute("size"), None);
    }
}
