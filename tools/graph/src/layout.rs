//! Where every box and line of the picture lies.
//!
//! The picture is layered: triggers stand at the left, and what they lead to in columns to the
//! right. Each file is a lane across all columns. Lines run across a column in slots of their own
//! between its boxes, and up and down only in the channels between two columns; so none crosses a
//! box. Lines of one kind to one box join, and a line that is followed always ends at one box.
//!
//! `columns.rs` gives nodes their columns, `nets.rs` joins edges to nets and gives them slots,
//! `order.rs` sorts the columns, `rows.rs` finds heights and rows, `channels.rs` draws the lines.

mod channels;
mod columns;
mod nets;
mod order;
mod rows;

use crate::graph::{Change, EdgeKind, Graph};

/// How wide a box is.
pub(crate) const BOX_WIDTH: f64 = 232.0;
/// How high a box with few lines is.
pub(crate) const BOX_HEIGHT: f64 = 58.0;
/// The room of a lane above its boxes, for its name.
pub(crate) const LANE_HEAD: f64 = 34.0;

/// The picture in numbers, in pixels from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// How wide the picture is.
    pub width: f64,
    /// How high the picture is.
    pub height: f64,
    /// One for each file, from top to bottom.
    pub lanes: Vec<Lane>,
    /// The box of each node of the graph.
    pub boxes: Vec<Rect>,
    /// The lines; each stands for one or more edges.
    pub wires: Vec<Wire>,
}

/// The band that the boxes of one file lie in.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The file.
    pub file: String,
    /// The whole band.
    pub rect: Rect,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its upper side.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

/// A place in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// All edges of one kind that come to a node from one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// The nodes it leaves.
    pub from: Vec<usize>,
    /// The node it enters.
    pub to: usize,
    /// The kind of its edges.
    pub kind: EdgeKind,
    /// What became of its edges.
    pub change: Change,
    /// Pieces that run along the axes and do not cover each other, each towards the box.
    pub paths: Vec<Vec<Point>>,
    /// Its head.
    pub arrow: Arrow,
}

/// The head of a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Arrow {
    /// Where it touches the box.
    pub tip: Point,
    /// Whether it points to the right.
    pub is_rightward: bool,
}

/// Gives every box and line of a graph its place.
///
/// # Examples
///
/// ```
/// use sayflow_graph::{Graph, layout};
///
/// let empty = layout(&Graph::default());
/// assert!(empty.boxes.is_empty() && empty.wires.is_empty());
/// ```
#[must_use]
pub fn layout(graph: &Graph) -> Layout {
    let columns = columns::columns(graph);
    let lanes = order::lanes(graph);
    let mut grid = nets::Grid::new(graph, &columns, &lanes);
    order::sort(&mut grid);
    let rows = rows::rows(&mut grid, lanes.files.len());
    channels::draw(graph, &grid, &lanes, &rows)
}
