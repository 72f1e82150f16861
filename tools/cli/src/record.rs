//! A customer's record from outside: read from a file, shown, changed field by field.

use std::path::Path;

use indexmap::IndexMap;
use sayflow::Customer;
use serde_json::Value as Json;

use crate::exit::Stop;
use crate::saved;

/// The record in a file: one JSON object.
pub(crate) fn read(path: &Path) -> Result<Customer, Stop> {
    saved::read_json(path)
}

/// The fields that are known and the attributes, in their order.
pub(crate) fn fields(customer: &Customer) -> Result<IndexMap<String, Json>, String> {
    let json = serde_json::to_string(customer).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

/// The customer with other values; `null` clears a field or an attribute.
pub(crate) fn changed(customer: &Customer, change: &Json) -> Result<Customer, String> {
    let change = change.as_object().ok_or("`customer` must be an object")?;
    let mut fields = fields(customer)?;
    fields.extend(change.clone());
    let json = serde_json::to_string(&fields).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
