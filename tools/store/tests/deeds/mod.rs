//! Whatever can be done with a store, at random, and what came of it in words that two stores share.

use std::fmt::Debug;
use std::time::Duration;

use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use sayflow::{Block, Customer, Input, Session, Timestamp};
use sayflow_store::{Changes, Claim, Delivery, Outgoing, Record, Store};

const NAMES: [&str; 3] = ["a", "b", "a/1"];
const IDS: [Option<&str>; 3] = [None, Some("m-1"), Some("m-2")];
const HOUR: Duration = Duration::from_secs(3_600);
const LEASES: [Duration; 2] = [Duration::ZERO, HOUR];

/// Something to do with a store; numbers choose among what there is.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Receive {
        name: usize,
        id: usize,
    },
    Save {
        name: usize,
        version: u64,
    },
    Claim {
        name: usize,
        lease: usize,
    },
    Commit {
        claim: usize,
        rows: usize,
        ring: Option<bool>,
    },
    Refuse {
        claim: usize,
    },
    Uncount {
        claim: usize,
    },
    Take {
        name: usize,
        lease: usize,
    },
    Deliver {
        row: usize,
    },
    Look {
        name: usize,
    },
    Forget {
        name: usize,
    },
    Prune,
}

pub(crate) fn deed() -> impl Strategy<Value = Deed> {
    let (name, lease) = (0..NAMES.len(), 0..LEASES.len());
    prop_oneof![
        4 => (name.clone(), 0..IDS.len()).prop_map(|(name, id)| Deed::Receive { name, id }),
        1 => (name.clone(), 0..4_u64).prop_map(|(name, version)| Deed::Save { name, version }),
        4 => (name.clone(), lease.clone()).prop_map(|(name, lease)| Deed::Claim { name, lease }),
        4 => (0..4_usize, 0..3_usize, option::of(any::<bool>()))
            .prop_map(|(claim, rows, ring)| Deed::Commit { claim, rows, ring }),
        1 => (0..4_usize).prop_map(|claim| Deed::Refuse { claim }),
        1 => (0..4_usize).prop_map(|claim| Deed::Uncount { claim }),
        2 => (name.clone(), lease).prop_map(|(name, lease)| Deed::Take { name, lease }),
        2 => (0..6_usize).prop_map(|row| Deed::Deliver { row }),
        1 => name.clone().prop_map(|name| Deed::Look { name }),
        1 => name.prop_map(|name| Deed::Forget { name }),
        1 => Just(Deed::Prune),
    ]
}

/// A store, and what it has handed out, newest first.
pub(crate) struct Tried<S> {
    store: S,
    claims: Vec<Claim>,
    rows: Vec<Delivery>,
}

impl<S: Store> Tried<S> {
    pub(crate) fn new(store: S) -> Self {
        Self {
            store,
            claims: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Does it, and says what came of it.
    pub(crate) fn does(&mut self, deed: &Deed) -> String {
        match *deed {
            Deed::Receive { name, id } => {
                let input = Input::text("Hi");
                let input = IDS[id].map_or(input.clone(), |id| input.with_id(id));
                said(self.store.receive(NAMES[name], &input))
            }
            Deed::Save { name, version } => {
                let record = Record {
                    version,
                    ..Record::new(Customer::new(1))
                };
                said(self.store.save(NAMES[name], &record))
            }
            Deed::Claim { name, lease } => {
                let claim = self.store.claim(Some(NAMES[name]), LEASES[lease]).unwrap();
                let told = claim.as_ref().map(told);
                self.claims.splice(0..0, claim);
                said(told)
            }
            Deed::Commit { claim, rows, ring } => {
                let Some(claim) = self.claims.get(claim) else {
                    return String::new();
                };
                said(self.store.commit(claim, &changes(claim, rows, ring)))
            }
            Deed::Refuse { claim } => match self.claims.get(claim) {
                Some(claim) => said(self.store.refuse(claim, "no")),
                None => String::new(),
            },
            Deed::Uncount { claim } => match self.claims.get(claim) {
                Some(claim) => said(self.store.uncount(claim)),
                None => String::new(),
            },
            Deed::Take { name, lease } => {
                let rows = self.store.deliveries(Some(NAMES[name]), LEASES[lease]).unwrap();
                let told = said(&rows);
                self.rows.splice(0..0, rows);
                told
            }
            Deed::Deliver { row } => match self.rows.get(row) {
                Some(row) => said(self.store.delivered(&row.key)),
                None => String::new(),
            },
            Deed::Look { name } => {
                let refused = self.store.refused(10).unwrap();
                let refused: Vec<_> = refused
                    .iter()
                    .map(|refused| (&refused.conversation, &refused.reason))
                    .collect();
                said((self.store.load(NAMES[name]).unwrap(), refused))
            }
            Deed::Forget { name } => said(self.store.forget(NAMES[name])),
            Deed::Prune => said(self.store.prune(HOUR)),
        }
    }
}

/// What is alike in two stores: everything but moments, and the numbers that a store gives its inputs. Of a timer it is
/// whether one is set.
fn told(claim: &Claim) -> impl Debug + use<> {
    let id = claim.input.id.clone().unwrap();
    let id = if id.starts_with("entry-") {
        "given".to_owned()
    } else {
        id
    };
    let what = (claim.input.kind.clone(), id, claim.entry.is_some());
    (
        claim.conversation.clone(),
        claim.fence,
        claim.record.clone(),
        what,
        claim.ring.is_some(),
        claim.attempt,
    )
}

fn said(result: impl Debug) -> String {
    format!("{result:?}")
}

/// A turn that says so much, with a timer that has rung long ago, or will not in this test.
fn changes(claim: &Claim, rows: usize, ring: Option<bool>) -> Changes {
    let hour = 3_600_000_000;
    let moment = |is_over| if is_over { -hour } else { hour };
    let now = claim.now.as_microseconds();
    let block = |number: usize| {
        Outgoing::Block(Block::Text {
            text: number.to_string(),
        })
    };
    Changes {
        session: Session::new(),
        customer: Customer::new(claim.fence.try_into().unwrap()),
        outbox: (0..rows).map(block).collect(),
        ring: ring.map(|is_over| Timestamp::from_microseconds(now + moment(is_over))),
    }
}
