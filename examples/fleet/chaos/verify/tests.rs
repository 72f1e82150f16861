//! The verifier on evidence that is made up.

use super::*;

/// What is there of ten customers when all has gone well.
fn sound() -> Evidence {
    let mut evidence = Evidence::default();
    for number in 0..10 {
        let script = Script::new(number);
        let uid = i64::try_from(number).unwrap();
        for (place, item) in script.items().enumerate() {
            evidence
                .shop
                .orders
                .insert((uid, item), vec![number * 10 + place]);
        }
        let order_of = |item: &str| evidence.shop.orders[&(uid, item.to_owned())][0].to_string();
        let course = script.courses(order_of).swap_remove(0);
        evidence.channel.shown.insert(script.key(), course.said);
        let basket = course.basket;
        evidence.customers.insert(script.key(), Stored { uid, basket });
    }
    evidence
}

/// What is found when something is done to it.
fn found(damage: impl FnOnce(&mut Evidence)) -> Vec<String> {
    let mut evidence = sound();
    damage(&mut evidence);
    verify(10, &evidence).iter().map(Finding::to_string).collect()
}

fn basket(evidence: &mut Evidence) -> &mut Vec<String> {
    &mut evidence.customers.get_mut("web:000002").unwrap().basket
}

fn shown(evidence: &mut Evidence) -> &mut Vec<String> {
    evidence.channel.shown.get_mut("web:000002").unwrap()
}

#[test]
fn nothing_is_found_where_all_has_gone_well() {
    assert_eq!(found(|_| {}), [""; 0]);
}

#[test]
fn an_input_is_handled_once_and_in_its_place() {
    assert_eq!(
        found(|evidence| drop(basket(evidence).remove(1))),
        ["web:000002, inputs: `rice 2` is lost"]
    );
    assert_eq!(
        found(|evidence| basket(evidence).push("soap 2".to_owned())),
        ["web:000002, inputs: `soap 2` is there too often"]
    );
    assert_eq!(
        found(|evidence| basket(evidence).swap(1, 2)),
        ["web:000002, inputs: out of order: basket | soap 2 | rice 2 instead of basket | rice 2 | soap 2"]
    );
    assert_eq!(
        found(|evidence| drop(evidence.customers.remove("web:000002"))),
        ["web:000002 is not in the store"]
    );
}

#[test]
fn a_timer_rings_where_it_should_and_nowhere_else() {
    let of = |evidence: &mut Evidence, key: &str| evidence.customers[key].basket.clone();
    assert_eq!(
        found(|evidence| {
            let silent = of(evidence, "web:000007");
            let basket = silent.into_iter().filter(|item| item != "silence").collect();
            evidence.customers.get_mut("web:000007").unwrap().basket = basket;
        }),
        ["web:000007, inputs: `silence` is lost"]
    );
    assert_eq!(
        found(|evidence| basket(evidence).push("nudged".to_owned())),
        ["web:000002, inputs: `nudged` is there too often"]
    );
}

#[test]
fn a_block_is_shown_and_a_key_has_one_content() {
    assert_eq!(
        found(|evidence| drop(shown(evidence).remove(0))),
        ["web:000002, blocks: `Welcome! Name one item after the other.` is lost"]
    );
    assert_eq!(
        found(|evidence| shown(evidence)[2] = "rice 2 is order 99.".to_owned()),
        ["web:000002, blocks: `rice 2 is order 20.` is lost"]
    );
    assert_eq!(
        found(|evidence| evidence.channel.changed.push("web:000002/1/0".to_owned())),
        ["the block web:000002/1/0 was delivered with two contents"]
    );
}

#[test]
fn the_shop_takes_an_order_once() {
    let twice = |evidence: &mut Evidence| {
        let orders = evidence.shop.orders.get_mut(&(2, "soap 2".to_owned()));
        orders.unwrap().push(99);
    };
    assert_eq!(
        found(twice),
        ["web:000002: the shop took the order of soap 2 2 times"]
    );
}

#[test]
fn nothing_is_left_in_the_store() {
    let leftovers = Leftovers {
        waiting: 1,
        refused: 2,
        undelivered: 3,
        claimed: 4,
        timers: 5,
    };
    assert_eq!(
        found(|evidence| evidence.leftovers = leftovers),
        [
            "inputs that nobody handled: 1",
            "inputs that were refused: 2",
            "blocks that were not delivered: 3",
            "claims that nobody ended: 4",
            "timers that did not ring: 5",
        ]
    );
}
