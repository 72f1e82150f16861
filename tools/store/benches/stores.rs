//! What does a message cost beside the turn itself: from its arrival to its answer delivered?
//!
//! Each iteration receives an input, works until it is answered, takes the answer and marks it delivered, as a host
//! with one worker does. `memory` is the engine and the bookkeeping; `sqlite` adds four commits that are
//! on the disk before the next step begins.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
use sayflow_store::{Memory, Sqlite, Store, Worker};

const FLOW: &str = r#"
attribute size: one of "S", "M", "L"
on start {
  ask "Which size do you wear?" save size {
    quick replies {
      "S"
      "M"
      "L"
    }
    no reply 10m {
      text "Still there?"
    }
  }
  text "{{size}} it is."
}
on unmatched {
  goto again
}
sequence again {
  ask "And for whom?" save size
  text "{{size}} it is."
}
"#;

fn message(store: &dyn Store, worker: &Worker<'_>, conversation: &str) {
    store.receive(conversation, &Input::text("m")).unwrap();
    black_box(worker.work().unwrap());
    for row in store.deliveries(None, Worker::LEASE).unwrap() {
        store.delivered(&row.key).unwrap();
    }
}

fn stores(criterion: &mut Criterion) {
    let engine = Engine::new(Program::load([Source::new("size.flow", FLOW)]).unwrap());
    let newcomer = |_: &str| Customer::new(7);
    let folder = tempfile::tempdir().unwrap();
    let stores: [(&str, Box<dyn Store>); 3] = [
        ("memory", Box::new(Memory::new())),
        ("sqlite_in_memory", Box::new(Sqlite::in_memory().unwrap())),
        (
            "sqlite",
            Box::new(Sqlite::open(folder.path().join("c.db")).unwrap()),
        ),
    ];
    let mut group = criterion.benchmark_group("message");
    for (name, store) in &stores {
        let worker = Worker::new(&**store, &engine, &NoCalls, &newcomer);
        let mut conversations = (0..).map(|number| format!("c-{}", number % 1_000));
        group.bench_function(*name, |bench| {
            bench.iter(|| message(&**store, &worker, &conversations.next().unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, stores);
criterion_main!(benches);
