//! How high everything is, and which row it lies in.

use super::nets::{Grid, Item, PortId, Side, Thing};
use super::order::as_f64;
use super::{BOX_HEIGHT, LANE_HEAD};

/// Between two ports of a box.
const PORT_GAP: f64 = 12.0;
/// Above the first and below the last port of a box.
const PORT_MARGIN: f64 = 14.0;
/// Between two boxes.
const BOX_GAP: f64 = 22.0;
/// Between two slots, and between a slot and a box.
const SLOT_GAP: f64 = 12.0;
/// Below the last box of a lane.
const LANE_FOOT: f64 = 18.0;
/// Between two lanes.
const LANE_GAP: f64 = 16.0;
/// How often rows follow their neighbours.
const ROUNDS: usize = 24;

/// How often long lines are made straight; each time may make room for the next.
const STRAIGHTENINGS: usize = 4;

/// The bands of the lanes: where each begins and how high it is.
#[derive(Debug)]
pub(super) struct Bands {
    pub(super) bands: Vec<(f64, f64)>,
}

/// Gives items their heights and rows; the top of the first lane lies at 0.
pub(super) fn rows(grid: &mut Grid, lanes: usize) -> Bands {
    for item in &mut grid.items {
        let ports = item.ports.iter().map(Vec::len).max().unwrap_or_default();
        item.height = match item.thing {
            Thing::Slot => 0.0,
            Thing::Node => BOX_HEIGHT.max(2.0 * PORT_MARGIN + as_f64(ports.saturating_sub(1)) * PORT_GAP),
        };
    }
    let bands = bands(grid, lanes);
    stack(grid, &bands);
    for round in 0..ROUNDS {
        let is_rightward = round % 2 == 0;
        if round % 4 == 3 || round + 6 > ROUNDS {
            sort_ports(grid);
        }
        let count = grid.columns.len();
        for step in 0..count {
            let column = if is_rightward { step } else { count - 1 - step };
            settle(grid, column, &bands, round + 6 > ROUNDS);
        }
    }
    for _ in 0..STRAIGHTENINGS {
        sort_ports(grid);
        straighten(grid, &bands);
        nudge(grid, &bands);
    }
    sort_ports(grid);
    bands
}

/// Each lane is as high as the fullest column makes it.
fn bands(grid: &Grid, lanes: usize) -> Bands {
    let mut heights = vec![BOX_HEIGHT; lanes];
    for column in &grid.columns {
        for run in runs(grid, column) {
            let total: f64 = distances(grid, run).iter().sum();
            let half = |item: Option<&usize>| {
                item.and_then(|item| grid.items.get(*item))
                    .map_or(0.0, |item| item.height / 2.0)
            };
            let total = total + half(run.first()) + half(run.last());
            let lane = run
                .first()
                .and_then(|item| grid.items.get(*item))
                .map_or(0, |item| item.lane);
            if let Some(height) = heights.get_mut(lane) {
                *height = height.max(total);
            }
        }
    }
    let mut top = 0.0;
    let bands = heights.into_iter().map(|height| {
        let band = (top, LANE_HEAD + height + LANE_FOOT);
        top += band.1 + LANE_GAP;
        band
    });
    Bands {
        bands: bands.collect(),
    }
}

/// The items of a column, lane by lane.
fn runs<'c>(grid: &Grid, column: &'c [usize]) -> Vec<&'c [usize]> {
    let lane = |item: &usize| grid.items.get(*item).map(|item| item.lane);
    column.chunk_by(|one, next| lane(one) == lane(next)).collect()
}

/// How far the middle of each item lies below that of the one above it; 0 for the first.
fn distances(grid: &Grid, run: &[usize]) -> Vec<f64> {
    let items: Vec<&Item> = run.iter().filter_map(|item| grid.items.get(*item)).collect();
    let between = items
        .iter()
        .zip(items.iter().skip(1))
        .map(|(above, below)| distance(above, below));
    std::iter::once(0.0).chain(between).collect()
}

/// How far two middles lie from each other at the least.
fn distance(above: &Item, below: &Item) -> f64 {
    let is_boxes = above.thing == Thing::Node && below.thing == Thing::Node;
    let gap = if is_boxes { BOX_GAP } else { SLOT_GAP };
    (above.height + below.height) / 2.0 + gap
}

/// Puts everything as high as it goes.
fn stack(grid: &mut Grid, bands: &Bands) {
    for column in grid.columns.clone() {
        let wishes = |_: &Grid, _: usize| (f64::MIN, 1.0);
        place(grid, &column, bands, wishes);
    }
}

/// Moves the items of a column towards what they are linked with.
fn settle(grid: &mut Grid, column: usize, bands: &Bands, is_late: bool) {
    let Some(column) = grid.columns.get(column).cloned() else {
        return;
    };
    place(grid, &column, bands, |grid, index| wish(grid, index, is_late));
}

/// Where an item wants to lie, and how much: long lines shall be straight, so slots pull harder.
fn wish(grid: &Grid, index: usize, is_late: bool) -> (f64, f64) {
    let Some(item) = grid.items.get(index) else {
        return (0.0, 1.0);
    };
    let (mut sum, mut total) = (0.0, 0.0);
    for port in item.ports.iter().flatten() {
        let Some(link) = grid.links.get(port.link) else {
            continue;
        };
        let Some(own) = link.ends.get(port.end) else {
            continue;
        };
        let others = link.opposite(port.end).iter();
        for other in others.filter(|other| other.side != own.side) {
            let is_slot = grid
                .items
                .get(other.item)
                .is_some_and(|item| item.thing == Thing::Slot);
            let both_slots = is_slot && item.thing == Thing::Slot;
            let weight = match (both_slots, is_slot || item.thing == Thing::Slot) {
                (true, _) => 8.0,
                (false, true) => 2.0,
                (false, false) => 1.0,
            };
            let other_y = grid.y(other);
            sum += weight * (if is_late { other_y - own.offset } else { other_y });
            total += weight;
        }
    }
    if total > 0.0 {
        (sum / total, total)
    } else {
        (item.y, 0.1)
    }
}

/// Places the items of a column as near to their wishes as their order and lanes allow.
fn place(grid: &mut Grid, column: &[usize], bands: &Bands, wish: impl Fn(&Grid, usize) -> (f64, f64)) {
    let runs: Vec<Vec<usize>> = runs(grid, column).into_iter().map(<[usize]>::to_vec).collect();
    for run in runs {
        let mut below = 0.0;
        let offsets: Vec<f64> = distances(grid, &run)
            .into_iter()
            .map(|distance| {
                below += distance;
                below
            })
            .collect();
        let half = |item: Option<&usize>| {
            item.and_then(|item| grid.items.get(*item))
                .map_or(0.0, |item| item.height / 2.0)
        };
        let lane = run
            .first()
            .and_then(|item| grid.items.get(*item))
            .map_or(0, |item| item.lane);
        let (top, height) = bands.bands.get(lane).copied().unwrap_or_default();
        let lowest = top + LANE_HEAD + half(run.first());
        let highest = (top + height - LANE_FOOT - half(run.last()) - below).max(lowest);
        let wishes = run.iter().zip(&offsets).map(|(item, offset)| {
            let (y, weight) = wish(grid, *item);
            ((y - offset).clamp(lowest, highest), weight)
        });
        let wishes: Vec<_> = wishes.collect();
        for ((item, offset), y) in run.iter().zip(&offsets).zip(ascending(&wishes)) {
            if let Some(item) = grid.items.get_mut(*item) {
                item.y = (y + offset).round();
            }
        }
    }
}

/// Moves the slots of each net to as few rows as their neighbours leave room for.
fn straighten(grid: &mut Grid, bands: &Bands) {
    let mut chains: Vec<Vec<usize>> = vec![Vec::new(); grid.nets.len()];
    for link in &grid.links {
        let (Some(goal), Some(chain)) = (link.ends.first(), chains.get_mut(link.net)) else {
            continue;
        };
        if grid
            .items
            .get(goal.item)
            .is_some_and(|item| item.thing == Thing::Slot)
        {
            chain.push(goal.item);
        }
    }
    for chain in chains {
        let mut row: Option<(f64, f64, Vec<usize>)> = None;
        for slot in chain {
            let (lowest, highest) = free(grid, bands, slot);
            row = match row {
                Some((low, high, mut slots)) if low.max(lowest) <= high.min(highest) => {
                    slots.push(slot);
                    Some((low.max(lowest), high.min(highest), slots))
                }
                before => {
                    before.into_iter().for_each(|row| align(grid, row));
                    Some((lowest, highest, vec![slot]))
                }
            };
        }
        row.into_iter().for_each(|row| align(grid, row));
    }
}

/// Puts slots into one row, the one that most of their ends ask for.
fn align(grid: &mut Grid, (lowest, highest, slots): (f64, f64, Vec<usize>)) {
    let wishes = slots.iter().flat_map(|slot| ends_beside(grid, *slot, &slots));
    let mut wishes: Vec<f64> = wishes.collect();
    wishes.sort_by(f64::total_cmp);
    let Some(wish) = wishes.get(wishes.len() / 2) else {
        return;
    };
    let y = wish.clamp(lowest, highest);
    for slot in slots {
        if let Some(item) = grid.items.get_mut(slot) {
            item.y = y;
        }
    }
}

/// The rows of what a slot is linked with, other slots of the same row aside.
fn ends_beside(grid: &Grid, slot: usize, row: &[usize]) -> Vec<f64> {
    let mut rows = Vec::new();
    for port in grid
        .items
        .get(slot)
        .into_iter()
        .flat_map(|item| item.ports.iter().flatten())
    {
        let Some((goal, sources)) = grid.links.get(port.link).and_then(|link| link.ends.split_first()) else {
            continue;
        };
        if port.end == 0 {
            rows.extend(
                sources
                    .iter()
                    .filter(|end| !row.contains(&end.item))
                    .map(|end| grid.y(end)),
            );
        } else if !row.contains(&goal.item) {
            rows.push(grid.y(goal));
        }
    }
    rows
}

/// Moves boxes a little where that makes lines straight that all but are: a small step looks like
/// a mistake.
fn nudge(grid: &mut Grid, bands: &Bands) {
    for index in 0..grid.items.len() {
        let Some(item) = grid.items.get(index).filter(|item| item.thing == Thing::Node) else {
            continue;
        };
        let (lowest, highest) = free(grid, bands, index);
        let steps = steps(grid, index);
        let is_small =
            |step: &&f64| step.abs() <= PORT_GAP && (lowest..=highest).contains(&(item.y + **step));
        let straight_after = |step: f64| steps.iter().filter(|other| (*other - step).abs() < 0.5).count();
        let best = steps
            .iter()
            .filter(is_small)
            .max_by_key(|step| straight_after(**step))
            .copied();
        if let Some(step) = best.filter(|step| straight_after(*step) > straight_after(0.0))
            && let Some(item) = grid.items.get_mut(index)
        {
            item.y += step;
        }
    }
}

/// How far an item had to move for each of its lines to be straight.
fn steps(grid: &Grid, index: usize) -> Vec<f64> {
    let mut steps = Vec::new();
    for port in grid
        .items
        .get(index)
        .into_iter()
        .flat_map(|item| item.ports.iter().flatten())
    {
        let Some(link) = grid.links.get(port.link) else {
            continue;
        };
        let Some(own) = link.ends.get(port.end) else {
            continue;
        };
        let others = link.opposite(port.end).iter();
        let others = others.filter(|other| other.side != own.side);
        steps.extend(others.map(|other| grid.y(other) - grid.y(own)));
    }
    steps
}

/// The rows that an item can move to without touching what lies above and below it.
fn free(grid: &Grid, bands: &Bands, index: usize) -> (f64, f64) {
    let Some(item) = grid.items.get(index) else {
        return (0.0, 0.0);
    };
    let column = grid.columns.get(item.column).map_or(&[][..], Vec::as_slice);
    let place = column
        .iter()
        .position(|other| *other == index)
        .unwrap_or_default();
    let near = |place: Option<usize>| {
        let other = place
            .and_then(|place| column.get(place))
            .and_then(|other| grid.items.get(*other));
        other.filter(|other| other.lane == item.lane)
    };
    let (top, height) = bands.bands.get(item.lane).copied().unwrap_or_default();
    let half = item.height / 2.0;
    let lowest = match near(place.checked_sub(1)) {
        Some(above) => above.y + distance(above, item),
        None => top + LANE_HEAD + half,
    };
    let highest = match near(Some(place + 1)) {
        Some(below) => below.y - distance(item, below),
        None => top + height - LANE_FOOT - half,
    };
    (lowest.min(item.y), highest.max(item.y))
}

/// The ascending values nearest to the wishes: neighbours in the wrong order share their mean.
fn ascending(wishes: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in wishes {
        let mut pool = (*value, *weight, 1);
        while let Some(before) = pools.pop_if(|before| before.0 > pool.0) {
            let weight = before.1 + pool.1;
            pool = (
                (before.0 * before.1 + pool.0 * pool.1) / weight,
                weight,
                before.2 + pool.2,
            );
        }
        pools.push(pool);
    }
    let values = pools
        .into_iter()
        .map(|(value, _, count)| std::iter::repeat_n(value, count));
    values.flatten().collect()
}

/// Sorts the ports of every box by where their lines lead, and spreads them over its side.
fn sort_ports(grid: &mut Grid) {
    for index in 0..grid.items.len() {
        for side in [Side::Left, Side::Right] {
            let Some(item) = grid.items.get(index) else {
                continue;
            };
            let mut ports: Vec<(f64, PortId)> = item
                .ports
                .get(side.index())
                .into_iter()
                .flatten()
                .map(|port| (direction(grid, *port), *port))
                .collect();
            ports.sort_by(|one, other| one.0.total_cmp(&other.0));
            let first = -as_f64(ports.len().saturating_sub(1)) * PORT_GAP / 2.0;
            for (place, (_, port)) in ports.iter().enumerate() {
                let link = grid.links.get_mut(port.link);
                if let Some(end) = link.and_then(|link| link.ends.get_mut(port.end)) {
                    end.offset = first + as_f64(place) * PORT_GAP;
                }
            }
            let ports = ports.into_iter().map(|(_, port)| port).collect();
            let sorted = grid
                .items
                .get_mut(index)
                .and_then(|item| item.ports.get_mut(side.index()));
            if let Some(sorted) = sorted {
                *sorted = ports;
            }
        }
    }
}

/// The row that the line at a port comes from or goes to.
fn direction(grid: &Grid, port: PortId) -> f64 {
    let Some((goal, sources)) = grid.links.get(port.link).and_then(|link| link.ends.split_first()) else {
        return 0.0;
    };
    if port.end != 0 {
        return grid.y(goal);
    }
    let rows: f64 = sources.iter().map(|source| grid.y(source)).sum();
    rows / as_f64(sources.len().max(1))
}
