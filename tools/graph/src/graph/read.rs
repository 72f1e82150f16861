//! From trees to the graph.

use std::collections::HashMap;

use sayflow::syntax::ast::{
    ApiRef, Body, Content, Entry, File, Head, Ident, Node as Line, OptionLine, Part, Target, Text,
};
use sayflow::{Source, Span};
use unicode_normalization::UnicodeNormalization;

use super::{Change, Edge, EdgeKind, Graph, Node, NodeKind, reach};

impl Graph {
    /// The graph of a flow whose files these are. A broken line is left out, and a name that
    /// nothing declares is a node of its own, so whatever the files are, there is a graph.
    #[must_use]
    pub fn read(files: &[File]) -> Self {
        let mut reader = Reader::default();
        reader.declare(files);
        let items = std::mem::take(&mut reader.items);
        for item in &items {
            reader.read_item(item);
        }
        reach::mark(&mut reader.graph, &reader.opens_any, &reader.has_id);
        reader.graph
    }
}

/// What an API may open.
#[derive(Default)]
struct Api {
    leads_to: Vec<String>,
    has_options: bool,
}

/// A trigger or sequence, with the node that stands for it.
struct Item<'f> {
    source: &'f Source,
    line: &'f Line,
    node: usize,
}

/// A place in an item.
#[derive(Clone, Copy)]
struct Place<'f> {
    source: &'f Source,
    node: usize,
    /// Whether it stands in an `else` that runs when an endpoint fails.
    is_failure: bool,
}

#[derive(Default)]
struct Reader<'f> {
    graph: Graph,
    items: Vec<Item<'f>>,
    /// Names, ids and former names of sequences.
    sequences: HashMap<String, usize>,
    apis: HashMap<String, Api>,
    edges: HashMap<(usize, usize, EdgeKind), usize>,
    /// The nodes that use an API without `leads to`, whose options may open any sequence.
    opens_any: Vec<usize>,
    /// The sequences that endpoints can name by an id.
    has_id: Vec<usize>,
}

impl<'f> Reader<'f> {
    fn declare(&mut self, files: &'f [File]) {
        let shared = shared_folder(files);
        let mut other_names = Vec::new();
        for file in files {
            let name = file.source.name();
            let name = name.get(shared..).unwrap_or(name);
            for entry in &file.entries {
                let Entry::Node(line) = entry else { continue };
                match &line.head {
                    Head::Sequence { name: ident, id, was } => {
                        let key = canonical(file.source.slice(ident.span));
                        if key.is_empty() || self.sequences.contains_key(&key) {
                            continue;
                        }
                        let node = self.add_item(&file.source, line, name, NodeKind::Sequence, ident.span);
                        self.sequences.insert(key, node);
                        if id.is_some() {
                            self.has_id.push(node);
                        }
                        for other in id.iter().chain(was) {
                            other_names.push((canonical(&plain(&file.source, other)), node));
                        }
                    }
                    Head::On(_) => {
                        self.add_item(&file.source, line, name, NodeKind::Trigger, line.span);
                    }
                    Head::Api { name, output } => self.add_api(&file.source, line, name, *output),
                    _ => {}
                }
            }
        }
        for (name, node) in other_names {
            self.sequences.entry(name).or_insert(node);
        }
    }

    fn add_item(
        &mut self,
        source: &'f Source,
        line: &'f Line,
        file: &str,
        kind: NodeKind,
        name: Span,
    ) -> usize {
        let node = self.graph.nodes.len();
        let end = line.body.as_ref().map(|body| body.close.unwrap_or(body.open));
        let whole = source.slice(end.map_or(line.span, |end| line.span.to(end)));
        self.graph.nodes.push(Node {
            id: self.free_id(one_line(source.slice(name))),
            kind,
            file: file.to_owned(),
            line: source.position(name.start).line,
            text: line.body.as_ref().and_then(|body| first_text(source, body)),
            is_reachable: true,
            change: Change::None,
            words: one_line(whole),
        });
        self.items.push(Item { source, line, node });
        node
    }

    /// The id, with a number behind it where a trigger has been written twice.
    fn free_id(&self, id: String) -> String {
        let is_taken = |id: &str| self.graph.find(id).is_some();
        if !is_taken(&id) {
            return id;
        }
        let numbered = (2..).map(|number| format!("{id} #{number}"));
        numbered.into_iter().find(|id| !is_taken(id)).unwrap_or(id)
    }

    fn add_api(&mut self, source: &Source, line: &Line, name: &Ident, output: Span) {
        let output = one_line(source.slice(output));
        let mut api = Api {
            leads_to: Vec::new(),
            has_options: matches!(output.as_str(), "gallery" | "buttons" | "quick replies"),
        };
        for inner in line.body.iter().flat_map(lines) {
            if let Head::LeadsTo(targets) = &inner.head {
                let targets = targets.iter().map(|target| source.slice(target.span).to_owned());
                api.leads_to.extend(targets);
            }
        }
        self.apis.entry(canonical(source.slice(name.span))).or_insert(api);
    }

    fn read_item(&mut self, item: &Item<'f>) {
        let place = Place {
            source: item.source,
            node: item.node,
            is_failure: false,
        };
        for line in item.line.body.iter().flat_map(lines) {
            self.read_line(line, place);
        }
    }

    fn read_line(&mut self, line: &'f Line, place: Place<'f>) {
        match &line.head {
            Head::Goto(target) => self.jump(place, target, EdgeKind::Goto),
            Head::Call { target, .. } => self.jump(place, target, EdgeKind::Call),
            Head::Option(option) | Head::CardButton(option) => self.option(place, option),
            Head::ApiItem(api) | Head::CallApi(api) => self.use_api(place, api),
            Head::Say { content, .. } => self.use_apis_of(place, content),
            _ => {}
        }
        for inner in line.body.iter().flat_map(lines) {
            self.read_line(inner, place);
        }
        let is_choice = matches!(line.head, Head::If(_));
        for branch in &line.branches {
            let place = Place {
                is_failure: place.is_failure || !is_choice,
                ..place
            };
            for inner in branch.body.iter().flat_map(lines) {
                self.read_line(inner, place);
            }
        }
    }

    fn jump(&mut self, place: Place<'f>, target: &Ident, kind: EdgeKind) {
        let is_in_trigger = self
            .graph
            .nodes
            .get(place.node)
            .is_some_and(|node| node.kind == NodeKind::Trigger);
        let kind = if is_in_trigger { EdgeKind::Trigger } else { kind };
        let name = place.source.slice(target.span).to_owned();
        self.connect(place, target.span, &name, kind);
    }

    fn option(&mut self, place: Place<'f>, option: &OptionLine) {
        if let Some(Target::Sequence(target)) = &option.target {
            let name = place.source.slice(target.span).to_owned();
            self.connect(place, target.span, &name, EdgeKind::Option);
        }
    }

    fn use_apis_of(&mut self, place: Place<'f>, content: &Content) {
        match content {
            Content::Api(api) => self.use_api(place, api),
            Content::Text(text) => {
                for part in &text.parts {
                    if let Part::Api(api) = part {
                        self.use_api(place, api);
                    }
                }
            }
        }
    }

    fn use_api(&mut self, place: Place<'f>, api: &ApiRef) {
        let name = place.source.slice(api.name.span);
        let Some(found) = self.apis.get(&canonical(name)) else {
            return;
        };
        if found.has_options && found.leads_to.is_empty() {
            self.opens_any.push(place.node);
        }
        for target in found.leads_to.clone() {
            let Some(edge) = self.connect(place, api.span, &target, EdgeKind::LeadsTo) else {
                continue;
            };
            if !edge.apis.iter().any(|known| known == name) {
                edge.apis.push(name.to_owned());
            }
        }
    }

    /// The edge from a place to the sequence of that name.
    fn connect(&mut self, place: Place<'f>, at: Span, name: &str, kind: EdgeKind) -> Option<&mut Edge> {
        if name.is_empty() {
            return None;
        }
        let line = place.source.position(at.start).line;
        let to = match self.sequences.get(&canonical(name)) {
            Some(node) => *node,
            None => self.add_missing(place, name, line),
        };
        let kind = match kind {
            EdgeKind::LeadsTo => kind,
            _ if place.is_failure => EdgeKind::Failure,
            _ => kind,
        };
        let edges = &mut self.graph.edges;
        let index = *self.edges.entry((place.node, to, kind)).or_insert_with(|| {
            edges.push(Edge {
                from: place.node,
                to,
                kind,
                apis: Vec::new(),
                lines: Vec::new(),
                change: Change::None,
            });
            edges.len() - 1
        });
        let edge = edges.get_mut(index)?;
        if !edge.lines.contains(&line) {
            edge.lines.push(line);
        }
        Some(edge)
    }

    fn add_missing(&mut self, place: Place<'f>, name: &str, line: u32) -> usize {
        let node = self.graph.nodes.len();
        let file = self.graph.nodes.get(place.node).map(|node| node.file.clone());
        self.graph.nodes.push(Node {
            id: self.free_id(name.to_owned()),
            kind: NodeKind::Missing,
            file: file.unwrap_or_default(),
            line,
            text: None,
            is_reachable: true,
            change: Change::None,
            words: String::new(),
        });
        self.sequences.insert(canonical(name), node);
        node
    }
}

/// How many bytes of their names the files have in common: the folders around them.
fn shared_folder(files: &[File]) -> usize {
    let folder = |name: &str| name.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let mut names = files.iter().map(|file| file.source.name());
    let Some(first) = names.next() else { return 0 };
    names.fold(folder(first), |shared, name| {
        let same = first
            .bytes()
            .zip(name.bytes())
            .take_while(|(one, other)| one == other);
        let same = same.count().min(shared);
        first.get(..same).map_or(0, folder)
    })
}

fn lines(body: &Body) -> impl Iterator<Item = &Line> {
    body.entries.iter().filter_map(|entry| match entry {
        Entry::Node(line) => Some(line),
        Entry::Remark(_) => None,
    })
}

/// The first words of a body that a customer reads.
fn first_text(source: &Source, body: &Body) -> Option<String> {
    lines(body).find_map(|line| {
        let text = match &line.head {
            Head::Say {
                media: sayflow::syntax::ast::Media::Text,
                content: Content::Text(text),
                ..
            } => Some(text),
            Head::Ask { prompt, .. } | Head::Options { prompt, .. } => prompt.as_ref(),
            Head::Card { title } => Some(title),
            _ => None,
        };
        let text = text.map(|text| one_line(&plain(source, text)));
        text.filter(|text| !text.is_empty())
            .or_else(|| line.body.as_ref().and_then(|body| first_text(source, body)))
            .or_else(|| {
                let bodies = line.branches.iter().filter_map(|branch| branch.body.as_ref());
                bodies.into_iter().find_map(|body| first_text(source, body))
            })
    })
}

/// A text as an author reads it: without quotes and defaults, its names in their marks.
fn plain(source: &Source, text: &Text) -> String {
    let mut plain = String::new();
    for part in &text.parts {
        match part {
            Part::Plain(span) => plain.push_str(source.slice(*span)),
            Part::Char(_, found) => plain.push(*found),
            Part::Attribute { name, .. } => {
                plain.push_str(&format!("{{{{{}}}}}", source.slice(name.span)));
            }
            Part::Api(api) => plain.push_str(source.slice(api.span)),
        }
    }
    plain
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as the checker compares it: in NFC and without joiners.
pub(super) fn canonical(name: &str) -> String {
    name.nfc()
        .filter(|found| !['\u{200c}', '\u{200d}'].contains(found))
        .collect()
}
