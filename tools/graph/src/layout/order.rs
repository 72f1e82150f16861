//! What stands above what: lanes in the picture, items in a column.

use std::collections::HashMap;

use super::nets::{Grid, Side};
use crate::graph::Graph;

/// How often the columns are sorted from either side; the best of all orders is kept.
const SWEEPS: usize = 16;

/// Files from top to bottom.
#[derive(Debug)]
pub(super) struct Lanes {
    pub(super) files: Vec<String>,
    pub(super) of_node: Vec<usize>,
}

/// The lanes, in an order in which edges lead to near ones.
pub(super) fn lanes(graph: &Graph) -> Lanes {
    let files: Vec<String> = graph.files().into_iter().map(str::to_owned).collect();
    let number: HashMap<&str, usize> = files
        .iter()
        .enumerate()
        .map(|(at, file)| (file.as_str(), at))
        .collect();
    let file_of = |node: usize| {
        let file = graph.nodes.get(node).map(|node| node.file.as_str());
        file.and_then(|file| number.get(file))
            .copied()
            .unwrap_or_default()
    };
    let mut between: HashMap<(usize, usize), usize> = HashMap::new();
    for edge in &graph.edges {
        let (from, to) = (file_of(edge.from), file_of(edge.to));
        if from != to {
            *between.entry((from.min(to), from.max(to))).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = between.into_iter().collect();
    pairs.sort_unstable();
    // The place of each file; two change places as long as that makes the ways shorter.
    let mut place: Vec<usize> = (0..files.len()).collect();
    let cost = |place: &[usize]| -> usize {
        let at = |file: usize| place.get(file).copied().unwrap_or_default();
        pairs
            .iter()
            .map(|((one, other), count)| count * at(*one).abs_diff(at(*other)))
            .sum()
    };
    let mut best = cost(&place);
    let mut is_better = files.len() <= 40;
    while is_better {
        is_better = false;
        for one in 0..files.len() {
            for other in one + 1..files.len() {
                place.swap(one, other);
                let now = cost(&place);
                if now < best {
                    best = now;
                    is_better = true;
                } else {
                    place.swap(one, other);
                }
            }
        }
    }
    // A conversation begins in the upper half.
    let start = graph.find("on start").map(file_of);
    let start = start
        .and_then(|file| place.get(file))
        .copied()
        .unwrap_or_default();
    if 2 * start + 1 > files.len() {
        for place in &mut place {
            *place = files.len() - 1 - *place;
        }
    }
    let of_node = (0..graph.nodes.len()).map(|node| place.get(file_of(node)).copied().unwrap_or_default());
    let of_node = of_node.collect();
    let mut placed: Vec<_> = files.iter().cloned().zip(place).collect();
    placed.sort_by_key(|(_, place)| *place);
    Lanes {
        files: placed.into_iter().map(|(file, _)| file).collect(),
        of_node,
    }
}

/// Sorts the items of each column by where their neighbours stand, lane by lane.
pub(super) fn sort(grid: &mut Grid) {
    let lane = |grid: &Grid, item: usize| grid.items.get(item).map_or(0, |item| item.lane);
    let mut columns = grid.columns.clone();
    for column in &mut columns {
        column.sort_by_key(|item| lane(grid, *item));
    }
    let neighbours = neighbours(grid);
    let mut best = (crossings(grid, &columns), columns.clone());
    for sweep in 0..SWEEPS {
        let is_rightward = sweep % 2 == 0;
        let count = columns.len();
        for step in 1..count {
            let at = if is_rightward { step } else { count - 1 - step };
            let fixed = if is_rightward { at.wrapping_sub(1) } else { at + 1 };
            let side = if is_rightward { Side::Left } else { Side::Right };
            let places = places(columns.get(fixed).map_or(&[][..], |column| column));
            let Some(column) = columns.get_mut(at) else {
                continue;
            };
            let own = self::places(column);
            let wish = |item: usize| {
                let near = neighbours.get(item).and_then(|near| near.get(side.index()));
                let near: Vec<f64> = near
                    .into_iter()
                    .flatten()
                    .filter_map(|item| places.get(item).copied())
                    .collect();
                match near.len() {
                    0 => own.get(&item).copied().unwrap_or_default(),
                    count => near.iter().sum::<f64>() / as_f64(count),
                }
            };
            let mut keyed: Vec<_> = column
                .iter()
                .map(|item| (lane(grid, *item), wish(*item), *item))
                .collect();
            keyed.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
            *column = keyed.into_iter().map(|(_, _, item)| item).collect();
        }
        let now = crossings(grid, &columns);
        if now < best.0 {
            best = (now, columns.clone());
        }
    }
    grid.columns = best.1;
}

/// The items beside each item, at its left and at its right.
fn neighbours(grid: &Grid) -> Vec<[Vec<usize>; 2]> {
    let mut neighbours = vec![[Vec::new(), Vec::new()]; grid.items.len()];
    for link in &grid.links {
        let Some((goal, sources)) = link.ends.split_first() else {
            continue;
        };
        for source in sources.iter().filter(|source| source.side != goal.side) {
            for (one, other) in [(goal, source), (source, goal)] {
                let near = neighbours
                    .get_mut(one.item)
                    .and_then(|near| near.get_mut(one.side.index()));
                near.into_iter().for_each(|near| near.push(other.item));
            }
        }
    }
    neighbours
}

/// The place of each item of a column, from 0 to 1.
fn places(column: &[usize]) -> HashMap<usize, f64> {
    let count = as_f64(column.len());
    let placed = column.iter().enumerate();
    placed
        .map(|(place, item)| (*item, (as_f64(place) + 0.5) / count))
        .collect()
}

/// How often lines between neighbouring columns cross.
fn crossings(grid: &Grid, columns: &[Vec<usize>]) -> usize {
    let mut place = vec![0; grid.items.len()];
    for column in columns {
        for (at, item) in column.iter().enumerate() {
            if let Some(place) = place.get_mut(*item) {
                *place = at;
            }
        }
    }
    let place = |item: usize| place.get(item).copied().unwrap_or_default();
    let mut lines: Vec<Vec<(usize, usize)>> = vec![Vec::new(); columns.len()];
    for link in &grid.links {
        let Some((goal, sources)) = link.ends.split_first() else {
            continue;
        };
        for source in sources.iter().filter(|source| source.side != goal.side) {
            let (left, right) = if goal.side == Side::Left {
                (source, goal)
            } else {
                (goal, source)
            };
            if let Some(lines) = lines.get_mut(link.channel) {
                lines.push((place(left.item), place(right.item)));
            }
        }
    }
    lines.into_iter().map(inversions).sum()
}

/// How many pairs stand in one order at the left and in the other at the right.
fn inversions(mut lines: Vec<(usize, usize)>) -> usize {
    lines.sort_unstable();
    let count = lines.iter().map(|(_, right)| right + 1).max().unwrap_or_default();
    // A Fenwick tree of the ends at the right that have been seen.
    let mut tree = vec![0_usize; count + 1];
    let mut crossings = 0;
    for (seen, (_, right)) in lines.iter().enumerate() {
        let mut not_below = 0;
        let mut at = right + 1;
        while at > 0 {
            not_below += tree.get(at).copied().unwrap_or_default();
            at &= at - 1;
        }
        crossings += seen - not_below;
        let mut at = right + 1;
        while let Some(sum) = tree.get_mut(at) {
            *sum += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossings
}

/// A count as a number to reckon with; counts of a picture are far below 2^32.
pub(super) fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
