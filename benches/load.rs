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
#[path = "works/load.rs"]
mod work;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

use ratio::compare;
use work::{load, parse_by_hand};

const SIZES: [usize; 4] = [10, 100, 1_000, 5_000];

fn main() {
    let sources = SIZES.map(|sequences| (sequences, flows::flow(sequences)));
    for (sequences, files) in &sources {
        assert_eq!(flows::program(files).sequences().count(), *sequences);
        assert_eq!(parse_by_hand(files).unwrap().sequences.len(), *sequences);
    }
    // The floor is none if it does not look its names up.
    let [.., (_, large)] = &sources;
    assert!(parse_by_hand(large.split_last().unwrap().1).is_err());

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("load");
    for (sequences, files) in &sources {
        let bytes: usize = files.iter().map(|file| file.text().len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(
            BenchmarkId::from_parameter(format!("of_{sequences}")),
            |bencher| {
                bencher.iter(|| load(files));
            },
        );
    }
    group.finish();
    criterion.final_summary();

    for (sequences, files) in &sources {
        compare(
            &format!("load/of_{sequences} to the one by hand"),
            8.0,
            || load(files),
            || drop(black_box(parse_by_hand(files))),
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
