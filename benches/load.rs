//! How long does it take to load a flow – to read it, check it and make a program of it – and
//! does that grow with the flow and no faster?
//!
//! The floor is a parser written by hand for exactly these flows, which resolves the same names
//! and makes a program of the same parts. It has neither diagnostics nor a tree for tools.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

mod flows;
#[path = "by_hand/parser.rs"]
mod parser;
mod ratio;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use sayflow::{Source, check};

use ratio::compare;

const SIZES: [usize; 4] = [10, 100, 1_000, 5_000];

fn main() {
    let sources = SIZES.map(|sequences| (sequences, flows::flow(sequences)));
    for (sequences, source) in &sources {
        assert_eq!(flows::program(source).sequences().count(), *sequences);
        assert_eq!(parser::parse(source.text()).unwrap().sequences.len(), *sequences);
    }
    let unknown = flows::flow(1).text().replace("-> topic_0", "-> topic_1");
    assert!(parser::parse(&unknown).is_err());

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("load");
    for (sequences, source) in &sources {
        group.throughput(Throughput::Bytes(source.text().len() as u64));
        group.bench_function(
            BenchmarkId::from_parameter(format!("of_{sequences}")),
            |bencher| {
                bencher.iter(|| load(source));
            },
        );
    }
    group.finish();
    criterion.final_summary();

    for (sequences, source) in &sources {
        compare(
            &format!("load/of_{sequences} to the one by hand"),
            20.0,
            || load(source),
            || drop(black_box(parser::parse(source.text()))),
        );
    }
    let [.., (_, of_1000), (_, of_5000)] = &sources;
    compare(
        "load/of_5000 to five of_1000",
        1.25,
        || load(of_5000),
        || (0..5).for_each(|_| load(of_1000)),
    );
}

/// Loads the flow anew: nothing is kept with the source.
fn load(source: &Source) {
    let source = Source::new(source.name(), source.text());
    assert!(black_box(check([source])).program().is_some());
}
