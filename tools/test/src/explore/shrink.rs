//! From a long conversation to the shortest that shows the same defect.

use sayflow::Customer;

use super::talk::{Deed, Plan};

/// Makes a plan as small as it can be. `cut` plays a plan and gives what it played up to the defect, or `None`
/// where the defect does not show.
pub(super) fn shrink(plan: Plan, cut: &dyn Fn(&Plan) -> Option<Plan>) -> Plan {
    let mut best = cut(&plan).unwrap_or(plan);
    loop {
        let moves = best.moves.len();
        best = without_moves(best, cut);
        best = plain_customer(best, cut);
        best = plain_deeds(best, cut);
        best = plain_replies(best, cut);
        if best.moves.len() >= moves {
            return best;
        }
    }
}

/// Leaves moves out: half of them at once, then a quarter, down to one.
fn without_moves(mut best: Plan, cut: &dyn Fn(&Plan) -> Option<Plan>) -> Plan {
    let mut chunk = best.moves.len() / 2;
    while chunk > 0 {
        let mut from = 0;
        while from < best.moves.len() {
            let mut plan = best.clone();
            let to = (from + chunk).min(plan.moves.len());
            plan.moves.drain(from..to);
            match cut(&plan) {
                Some(smaller) => best = smaller,
                None => from += chunk,
            }
        }
        chunk /= 2;
    }
    best
}

fn plain_customer(best: Plan, cut: &dyn Fn(&Plan) -> Option<Plan>) -> Plan {
    let mut plan = best.clone();
    plan.customer = Customer::new(best.customer.uid);
    cut(&plan).unwrap_or(best)
}

/// Tries plainer words in place of each deed.
fn plain_deeds(mut best: Plan, cut: &dyn Fn(&Plan) -> Option<Plan>) -> Plan {
    for index in 0..best.moves.len() {
        let plainer = [Deed::Start, Deed::Text("Hi".to_owned())];
        for deed in plainer {
            let mut plan = best.clone();
            let Some(one) = plan.moves.get_mut(index) else {
                break;
            };
            if one.deed == deed {
                break;
            }
            one.deed = deed;
            if let Some(plainer) = cut(&plan) {
                best = plainer;
                break;
            }
        }
    }
    best
}

/// Lets endpoints answer as usual: all of them, or of each call that one.
fn plain_replies(mut best: Plan, cut: &dyn Fn(&Plan) -> Option<Plan>) -> Plan {
    let mut plan = best.clone();
    plan.moves.iter_mut().for_each(|one| one.served.clear());
    if let Some(plain) = cut(&plan) {
        return plain;
    }
    for index in 0..best.moves.len() {
        let calls = best.moves.get(index).map_or(0, |one| one.served.len());
        for call in 0..calls {
            let mut plan = best.clone();
            if let Some(one) = plan.moves.get_mut(index)
                && call < one.served.len()
            {
                drop(one.served.remove(call));
            }
            if let Some(plain) = cut(&plan) {
                best = plain;
            }
        }
    }
    best
}
