//! The promises of the picture: boxes do not overlap, and no line crosses a box.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use sayflow::{Source, syntax};
use sayflow_graph::{Graph, Layout, Point, Rect, layout};

/// A flow of as many sequences in as many files; each number is an edge.
fn flow(sequences: usize, files: usize, edges: &[(usize, usize, u8)]) -> Graph {
    let trees: Vec<_> = (0..files)
        .map(|file| {
            let mut text = format!("on words \"begin {file}\" {{\n  goto s{file}\n}}\n");
            for sequence in (file..sequences).step_by(files) {
                text += &format!("\nsequence s{sequence} {{\n  text \"This is number {sequence}.\"\n");
                for (_, to, kind) in edges.iter().filter(|(from, _, _)| from % sequences == sequence) {
                    let to = to % sequences;
                    text += &match kind % 4 {
                        0 => format!("  if yes {{\n    goto s{to}\n  }}\n"),
                        1 => format!("  call s{to}\n"),
                        2 => format!("  buttons {{\n    \"Go\" -> s{to}\n  }}\n"),
                        _ => format!("  text \"<<a>>\" else {{\n    goto s{to}\n  }}\n"),
                    };
                }
                text += "}\n";
            }
            syntax::parse(&Source::new(format!("flow/{file}.flow"), text)).0
        })
        .collect();
    Graph::read(&trees)
}

/// The same numbers each time, which look like any.
fn numbers(count: usize) -> Vec<(usize, usize, u8)> {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 40).unwrap()
    };
    (0..count)
        .map(|_| (next(), next(), u8::try_from(next() % 256).unwrap()))
        .collect()
}

fn overlap(one: Rect, other: Rect) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

/// The room that a piece of a line takes; it may touch the border of a box.
fn room(piece: &[Point]) -> Rect {
    let [from, to] = piece else { return Rect::default() };
    Rect {
        x: from.x.min(to.x),
        y: from.y.min(to.y),
        width: (from.x - to.x).abs().max(0.01),
        height: (from.y - to.y).abs().max(0.01),
    }
}

/// What is wrong with a picture.
fn faults(layout: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, one) in layout.boxes.iter().enumerate() {
        for (other, place) in layout.boxes.iter().enumerate().skip(index + 1) {
            if overlap(*one, *place) {
                faults.push(format!("boxes {index} and {other} overlap"));
            }
        }
        let is_in_lane = layout.lanes.iter().any(|lane| {
            lane.rect.x <= one.x
                && one.x + one.width <= lane.rect.x + lane.rect.width
                && lane.rect.y <= one.y
                && one.y + one.height <= lane.rect.y + lane.rect.height
        });
        if !is_in_lane {
            faults.push(format!("box {index} lies in no lane"));
        }
    }
    for wire in &layout.wires {
        for piece in wire.paths.iter().flat_map(|path| path.windows(2)) {
            let is_along_an_axis = piece.iter().all(|point| point.x == piece.first().unwrap().x)
                || piece.iter().all(|point| point.y == piece.first().unwrap().y);
            if !is_along_an_axis {
                faults.push(format!("a line to {} is slanted", wire.to));
            }
            for (index, place) in layout.boxes.iter().enumerate() {
                if overlap(room(piece), *place) {
                    faults.push(format!("a line to {} crosses box {index}", wire.to));
                }
            }
        }
        let ends: Vec<&Point> = wire.paths.iter().filter_map(|path| path.last()).collect();
        if !ends.contains(&&wire.arrow.tip) {
            faults.push(format!("no line ends at the arrow of {}", wire.to));
        }
    }
    faults
}

/// How many pairs of lines lie on each other for a while.
fn covered(layout: &Layout) -> usize {
    let pieces: Vec<(usize, Rect)> = layout
        .wires
        .iter()
        .enumerate()
        .flat_map(|(index, wire)| {
            let pieces = wire.paths.iter().flat_map(|path| path.windows(2));
            pieces.map(move |piece| (index, room(piece)))
        })
        .collect();
    let is_wide = |one: &Rect, other: &Rect| {
        (one.width > 1.0 && other.width > 1.0) || (one.height > 1.0 && other.height > 1.0)
    };
    let mut count = 0;
    for (index, (one_wire, one)) in pieces.iter().enumerate() {
        for (other_wire, other) in pieces.iter().skip(index + 1) {
            if one_wire != other_wire && is_wide(one, other) && overlap(*one, *other) {
                count += 1;
            }
        }
    }
    count
}

#[test]
fn sixty_sequences_and_no_line_through_a_box() {
    let graph = flow(60, 5, &numbers(130));
    let layout = layout(&graph);
    assert_eq!(layout.boxes.len(), 65);
    assert!(layout.wires.len() > 60);
    assert_eq!(faults(&layout), Vec::<String>::new());
    assert_eq!(covered(&layout), 0, "lines that lie on each other");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_flow_has_a_line_through_a_box(
        sequences in 1_usize..40,
        files in 1_usize..6,
        edges in prop::collection::vec(any::<(usize, usize, u8)>(), 0..90),
    ) {
        let layout = layout(&flow(sequences, files, &edges));
        prop_assert_eq!(faults(&layout), Vec::<String>::new());
    }
}
