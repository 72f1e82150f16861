//! The lines in the channels between columns.

use super::nets::{End, Grid, Link, Side, Thing};
use super::order::{Lanes, as_f64};
use super::rows::Bands;
use super::{Arrow, BOX_WIDTH, Lane, Layout, Point, Rect, Wire};
use crate::graph::Graph;

/// Between two lines that run up or down.
const TRACK_GAP: f64 = 12.0;
/// Between a column and the first such line; the head of an arrow has room in it.
const CHANNEL_MARGIN: f64 = 22.0;
/// Left of the first column and right of the last.
const EDGE: f64 = 20.0;
/// How near to each other two lines look like one.
const TOO_NEAR: f64 = 5.0;
/// More lines in a channel are sorted without looking for the best order.
const MOST_TO_IMPROVE: usize = 160;

/// A link as one line up or down, with lines to its ends.
struct Track {
    link: usize,
    top: f64,
    bottom: f64,
    left: Vec<f64>,
    right: Vec<f64>,
}

impl Track {
    fn new(grid: &Grid, index: usize, link: &Link) -> Self {
        let rows = |side: Side| -> Vec<f64> {
            let ends = link.ends.iter().filter(|end| end.side == side);
            ends.map(|end| grid.y(end)).collect()
        };
        // An end at the right side of an item is at the left of the channel.
        let (left, right) = (rows(Side::Right), rows(Side::Left));
        let all = || left.iter().chain(&right).copied();
        Self {
            link: index,
            top: all().fold(f64::MAX, f64::min),
            bottom: all().fold(f64::MIN, f64::max),
            left,
            right,
        }
    }

    /// Whether it needs no line up or down.
    fn is_straight(&self) -> bool {
        self.bottom - self.top < 0.5 && self.left.len() == 1 && self.right.len() == 1
    }

    /// How bad it is when it runs at the left of another.
    fn cost_before(&self, other: &Self) -> usize {
        let crossings = |rows: &[f64], track: &Self| {
            let is_inside = |row: &&f64| track.top < **row && **row < track.bottom;
            rows.iter().filter(is_inside).count()
        };
        crossings(&self.right, other) + crossings(&other.left, self) + 100 * usize::from(other.covers(self))
    }

    /// Whether the two lie on each other where this one runs at the right.
    fn covers(&self, other: &Self) -> bool {
        let is_near = |row: &f64| self.left.iter().any(|left| (row - left).abs() < TOO_NEAR);
        other.right.iter().any(is_near)
    }

    /// Whether both can share one line up or down.
    fn is_apart(&self, other: &Self) -> bool {
        self.bottom + TRACK_GAP < other.top || other.bottom + TRACK_GAP < self.top
    }
}

/// Lays the lines and gives everything its place.
pub(super) fn draw(graph: &Graph, grid: &Grid, lanes: &Lanes, bands: &Bands) -> Layout {
    let mut tracks: Vec<Vec<Track>> = grid.columns.iter().map(|_| Vec::new()).collect();
    for (index, link) in grid.links.iter().enumerate() {
        if let Some(tracks) = tracks.get_mut(link.channel) {
            tracks.push(Track::new(grid, index, link));
        }
    }
    let mut column_x = Vec::new();
    let mut track_x = vec![0.0; grid.links.len()];
    let mut x = EDGE;
    let count = tracks.len();
    for (column, tracks) in tracks.into_iter().enumerate() {
        column_x.push(x);
        x += BOX_WIDTH;
        let is_empty = tracks.is_empty();
        let used = assign(tracks, x + CHANNEL_MARGIN, &mut track_x);
        let is_last = column + 1 == count;
        x += match (is_last && is_empty, used) {
            (true, _) => EDGE,
            (false, 0) => 2.0 * CHANNEL_MARGIN,
            (false, used) => 2.0 * CHANNEL_MARGIN + as_f64(used - 1) * TRACK_GAP,
        };
    }
    let at = |item: usize| {
        grid.items
            .get(item)
            .and_then(|item| column_x.get(item.column))
            .copied()
    };
    let boxes = grid
        .items
        .iter()
        .take(graph.nodes.len())
        .enumerate()
        .map(|(index, item)| Rect {
            x: at(index).unwrap_or_default(),
            y: item.y - item.height / 2.0,
            width: BOX_WIDTH,
            height: item.height,
        });
    let bands_of = lanes.files.iter().zip(&bands.bands);
    let width = x.max(2.0 * EDGE + BOX_WIDTH);
    Layout {
        width,
        height: bands.bands.last().map_or(0.0, |(top, height)| top + height),
        lanes: bands_of
            .map(|(file, (top, height))| Lane {
                file: file.clone(),
                rect: Rect {
                    x: 0.0,
                    y: *top,
                    width,
                    height: *height,
                },
            })
            .collect(),
        boxes: boxes.collect(),
        wires: wires(grid, &column_x, &track_x),
    }
}

/// Gives the links of a channel their lines up and down; how many lie side by side.
fn assign(mut tracks: Vec<Track>, first_x: f64, track_x: &mut [f64]) -> usize {
    tracks.retain(|track| !track.is_straight());
    tracks.sort_by(|one, other| (one.top + one.bottom).total_cmp(&(other.top + other.bottom)));
    if tracks.len() <= MOST_TO_IMPROVE {
        improve(&mut tracks);
        tracks = uncovered(tracks);
    }
    let mut placed: Vec<(usize, &Track)> = Vec::new();
    let mut used = 0;
    for track in &tracks {
        let behind = placed.iter().filter(|(_, other)| !track.is_apart(other));
        let place = behind.map(|(place, _)| place + 1).max().unwrap_or_default();
        if let Some(x) = track_x.get_mut(track.link) {
            *x = first_x + as_f64(place) * TRACK_GAP;
        }
        used = used.max(place + 1);
        placed.push((place, track));
    }
    used
}

/// Moves each track to the place among the others where lines cross least, until none moves.
fn improve(tracks: &mut Vec<Track>) {
    for _ in 0..12 {
        let mut has_moved = false;
        for at in 0..tracks.len() {
            let track = tracks.remove(at);
            let before: usize = tracks.iter().map(|other| track.cost_before(other)).sum();
            let (mut best, mut cost) = ((before, 0), before);
            let mut here = before;
            for (index, other) in tracks.iter().enumerate() {
                if index == at {
                    here = cost;
                }
                cost = cost + other.cost_before(&track) - track.cost_before(other);
                if cost < best.0 {
                    best = (cost, index + 1);
                }
            }
            if at == tracks.len() {
                here = cost;
            }
            let place = if best.0 < here { best.1 } else { at };
            has_moved |= place != at;
            tracks.insert(place, track);
        }
        if !has_moved {
            return;
        }
    }
}

/// The tracks in nearly the same order, but each before those that it would lie on otherwise. Where they ask
/// for that in a circle, the first of them goes first.
fn uncovered(mut tracks: Vec<Track>) -> Vec<Track> {
    let mut sorted = Vec::with_capacity(tracks.len());
    while !tracks.is_empty() {
        let is_free = |track: &Track| {
            let mut others = tracks.iter().filter(|other| other.link != track.link);
            !others.any(|other| other.covers(track))
        };
        let next = tracks.iter().position(is_free).unwrap_or_default();
        sorted.push(tracks.remove(next));
    }
    sorted
}

fn wires(grid: &Grid, column_x: &[f64], track_x: &[f64]) -> Vec<Wire> {
    let mut wires: Vec<Wire> = grid
        .nets
        .iter()
        .map(|net| Wire {
            from: net.from.clone(),
            to: net.to,
            kind: net.kind,
            change: net.change,
            paths: Vec::new(),
            arrow: Arrow::default(),
        })
        .collect();
    for (link, x) in grid.links.iter().zip(track_x) {
        let (Some(wire), Some((goal, sources))) = (wires.get_mut(link.net), link.ends.split_first()) else {
            continue;
        };
        let point = |end: &End, is_source: bool| {
            let item = grid.items.get(end.item);
            let column = item
                .and_then(|item| column_x.get(item.column))
                .copied()
                .unwrap_or_default();
            // A line across a column is drawn with the line that it goes on with.
            let is_slot = is_source && item.is_some_and(|item| item.thing == Thing::Slot);
            let x = if (end.side == Side::Right) != is_slot {
                column + BOX_WIDTH
            } else {
                column
            };
            Point { x, y: grid.y(end) }
        };
        let tip = point(goal, false);
        if goal.item == wire.to {
            wire.arrow = Arrow {
                tip,
                is_rightward: goal.side == Side::Left,
            };
        }
        let starts: Vec<Point> = sources.iter().map(|source| point(source, true)).collect();
        wire.paths.extend(joined(&starts, tip, *x));
    }
    wires
}

/// How far a line follows the one that it joins: the radius of its bend.
const JOIN: f64 = 6.0;

/// Lines from all starts to the tip over one line up and down. One goes all the way; the others
/// end where they meet it, so that no two cover each other.
fn joined(starts: &[Point], tip: Point, x: f64) -> Vec<Vec<Point>> {
    let mut paths = Vec::new();
    for start in starts.iter().filter(|start| start.y == tip.y) {
        paths.push(vec![*start, tip]);
    }
    for is_above in [true, false] {
        let is_here = |start: &&Point| start.y != tip.y && (start.y < tip.y) == is_above;
        let mut group: Vec<Point> = starts.iter().filter(is_here).copied().collect();
        group.sort_by(|one, other| (other.y - tip.y).abs().total_cmp(&(one.y - tip.y).abs()));
        for (index, start) in group.into_iter().enumerate() {
            let mut path = vec![start, Point { x, y: start.y }];
            if index == 0 {
                let reach = (tip.x - x).clamp(-JOIN, JOIN);
                let joint = Point {
                    x: x + reach,
                    y: tip.y,
                };
                let end = if paths.is_empty() { tip } else { joint };
                path.extend([Point { x, y: tip.y }, end]);
            } else {
                let reach = (tip.y - start.y).clamp(-JOIN, JOIN);
                path.push(Point {
                    x,
                    y: start.y + reach,
                });
            }
            paths.push(path);
        }
    }
    paths
}
