//! Edges joined to nets, and the slots that nets take in columns.

use std::collections::HashMap;

use super::order::Lanes;
use crate::graph::{Change, EdgeKind, Graph};

/// All edges of one kind that come to a node from one side.
#[derive(Debug)]
pub(super) struct Net {
    pub(super) to: usize,
    pub(super) kind: EdgeKind,
    pub(super) change: Change,
    pub(super) from: Vec<usize>,
    /// Whether it enters its node from the left.
    pub(super) is_forward: bool,
}

/// What takes room in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// The box of a node.
    Node,
    /// A net that runs across the column.
    Slot,
}

/// One thing of a column.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) thing: Thing,
    pub(super) column: usize,
    pub(super) lane: usize,
    pub(super) height: f64,
    /// The middle of it.
    pub(super) y: f64,
    /// Its ports at the left and right side, from top to bottom.
    pub(super) ports: [Vec<PortId>; 2],
}

/// Which end of which link a port is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PortId {
    pub(super) link: usize,
    pub(super) end: usize,
}

/// An end of a link: an item, and the side of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) item: usize,
    pub(super) side: Side,
    /// How far below the middle of the item.
    pub(super) offset: f64,
}

/// A side of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Side {
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Left => 0,
            Self::Right => 1,
        }
    }
}

/// What a net is in one channel: all its ends there, the one that it leads to first.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) net: usize,
    pub(super) channel: usize,
    pub(super) ends: Vec<End>,
}

impl Link {
    /// The ends that an end is linked with: those of all sources, or the one that they lead to.
    pub(super) fn opposite(&self, end: usize) -> &[End] {
        let (goal, sources) = self.ends.split_at_checked(1).unwrap_or_default();
        if end == 0 { sources } else { goal }
    }
}

/// Columns of boxes and slots, and the links between them.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Nodes first, by their index; then slots.
    pub(super) items: Vec<Item>,
    /// The items of each column from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) nets: Vec<Net>,
    pub(super) links: Vec<Link>,
}

impl Grid {
    pub(super) fn new(graph: &Graph, columns: &[usize], lanes: &Lanes) -> Self {
        let count = columns.iter().max().map_or(0, |last| last + 1);
        let mut grid = Self {
            columns: vec![Vec::new(); count],
            ..Self::default()
        };
        for (node, column) in columns.iter().enumerate() {
            let lane = lanes.of_node.get(node).copied().unwrap_or_default();
            grid.add(Thing::Node, *column, lane);
        }
        grid.nets = nets(graph, columns);
        for net in 0..grid.nets.len() {
            grid.link(net, columns);
        }
        grid
    }

    fn add(&mut self, thing: Thing, column: usize, lane: usize) -> usize {
        let index = self.items.len();
        self.items.push(Item {
            thing,
            column,
            lane,
            height: 0.0,
            y: 0.0,
            ports: [Vec::new(), Vec::new()],
        });
        if let Some(column) = self.columns.get_mut(column) {
            column.push(index);
        }
        index
    }

    /// Gives a net its slots and links, channel by channel.
    fn link(&mut self, index: usize, columns: &[usize]) {
        let Some(net) = self.nets.get(index) else { return };
        let (to, is_forward, sources) = (net.to, net.is_forward, net.from.clone());
        let column_of = |node: usize| columns.get(node).copied().unwrap_or_default();
        let goal = column_of(to);
        let lane = self.items.get(to).map_or(0, |item| item.lane);
        let mut of_column: HashMap<usize, Vec<usize>> = HashMap::new();
        for source in sources {
            of_column.entry(column_of(source)).or_default().push(source);
        }
        let farthest = of_column
            .keys()
            .copied()
            .max_by_key(|column| column.abs_diff(goal));
        let farthest = farthest.unwrap_or(goal);
        // The sides of the net's ends: it leaves an item on `out` and comes in on `into`.
        let (out, into) = if is_forward {
            (Side::Right, Side::Left)
        } else {
            (Side::Left, Side::Right)
        };
        let end = |item, side| End {
            item,
            side,
            offset: 0.0,
        };
        let mut next = end(to, into);
        let mut column = goal;
        loop {
            let before = if is_forward {
                column.wrapping_sub(1)
            } else {
                column + 1
            };
            let mut ends = vec![next];
            if column == goal && !is_forward {
                let beside = of_column.get(&goal).into_iter().flatten();
                ends.extend(beside.map(|source| end(*source, Side::Right)));
            }
            let is_last = farthest.abs_diff(goal) <= before.abs_diff(goal);
            if column != farthest {
                let sources = of_column.get(&before).into_iter().flatten();
                ends.extend(sources.map(|source| end(*source, out)));
            }
            if !is_last {
                let slot = self.add(Thing::Slot, before, lane);
                ends.push(end(slot, out));
                next = end(slot, into);
            }
            let channel = if is_forward { before } else { column };
            self.add_link(index, channel, ends);
            if is_last {
                return;
            }
            column = before;
        }
    }

    fn add_link(&mut self, net: usize, channel: usize, ends: Vec<End>) {
        let link = self.links.len();
        for (index, end) in ends.iter().enumerate() {
            let ports = self.items.get_mut(end.item).map(|item| &mut item.ports);
            if let Some(ports) = ports.and_then(|ports| ports.get_mut(end.side.index())) {
                ports.push(PortId { link, end: index });
            }
        }
        self.links.push(Link { net, channel, ends });
    }

    /// How high above or below the top of the picture an end lies.
    pub(super) fn y(&self, end: &End) -> f64 {
        self.items.get(end.item).map_or(0.0, |item| item.y) + end.offset
    }
}

fn nets(graph: &Graph, columns: &[usize]) -> Vec<Net> {
    let mut nets: Vec<Net> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for edge in &graph.edges {
        let is_forward = columns.get(edge.from) < columns.get(edge.to);
        let key = (edge.to, edge.kind, edge.change, is_forward);
        let index = *known.entry(key).or_insert_with(|| {
            nets.push(Net {
                to: edge.to,
                kind: edge.kind,
                change: edge.change,
                from: Vec::new(),
                is_forward,
            });
            nets.len() - 1
        });
        if let Some(net) = nets.get_mut(index) {
            net.from.push(edge.from);
        }
    }
    nets
}
