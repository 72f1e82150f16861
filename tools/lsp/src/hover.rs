//! Hover: what a name means, and who has to do with it.

mod ask;
mod code;

use std::collections::{HashMap, HashSet};

use sayflow::syntax::ast::{Branch, File, Head, Node, When};
use sayflow::{Outcome, Span, syntax};

use crate::describe;
use crate::index::{Declared, Index, Kind, Mention, Role, Symbol};
use crate::layout;

/// How many places are listed by name; of more, the number is said.
const MOST_LISTED: usize = 8;

/// Markdown about the name at a cursor, and the place of the name.
pub(crate) fn hover(index: Index<'_>, file: usize, offset: u32) -> Option<(String, Span)> {
    let (symbol, mention) = index.at(file, offset)?;
    let declared = index.declared(symbol);
    let text = match (symbol.kind, declared) {
        (Kind::Api, Some(declared)) => api(index, symbol, declared),
        (Kind::Attribute, _) => attribute(index, symbol, declared)?,
        (Kind::Sequence, Some(declared)) => sequence(index, symbol, declared),
        (Kind::Secret, _) => {
            let users = paragraph("sent by", &places(index, symbol, |_| true));
            format!("{}{users}", fence(&format!("secret {}", symbol.name)))
        }
        (_, Some(declared)) => fence(&whole(declared)),
        (_, None) => return None,
    };
    Some((text, mention.span))
}

/// Markdown about what else a line says, where no name is under the cursor: the order in which a question takes its
/// input, the page of a code.
pub(crate) fn line(index: Index<'_>, files: &[File], file: &File, offset: u32) -> Option<(String, Span)> {
    ask::hover(index, files, file, offset).or_else(|| code::hover(file, offset))
}

/// The request as declared, the URL it goes to, and what happens with each outcome.
fn api(index: Index<'_>, symbol: &Symbol, declared: Declared<'_>) -> String {
    let request = describe::request(index, declared).unwrap_or_default();
    let users = places(index, symbol, |mention| mention.role == Role::Uses);
    let mut text = fence(&whole(declared));
    if !request.is_empty() {
        text += &format!("\n`{request}`\n");
    }
    text += &paragraph("used in", &users);
    let outcomes = outcomes(index, symbol);
    if !outcomes.is_empty() {
        text += &paragraph("handled outcomes", &outcomes);
    }
    let is_left = |mention: &Mention| {
        let file = index.file(*mention);
        file.is_some_and(|file| is_left_alone(file, mention.span))
    };
    let left = places(index, symbol, is_left);
    if !left.is_empty() {
        text += &paragraph("without `else` in", &left);
    }
    text
}

/// Whether the block that asks the API at a place may fail and says not in every case what happens then.
fn is_left_alone(file: &File, api: Span) -> bool {
    let mut asking = asking(file, api).filter(|node| describe::can_fail(node));
    asking.next().is_some_and(|node| !node.has_catch_all())
}

/// The outcomes that some line behind this API says something about.
fn outcomes(index: Index<'_>, symbol: &Symbol) -> Vec<String> {
    let mut written: HashSet<&str> = HashSet::new();
    let mut has_else = false;
    for mention in index.mentions(symbol) {
        let Some(file) = index.file(*mention) else {
            continue;
        };
        for node in asking(file, mention.span) {
            has_else |= node.has_catch_all();
            let named = node.branches.iter().flat_map(named);
            written.extend(named.map(|span| file.source.slice(span)));
        }
    }
    let known = Outcome::ALL.into_iter().map(Outcome::as_str);
    let mut found: Vec<String> = known
        .filter(|outcome| written.contains(outcome))
        .map(|outcome| format!("`{outcome}`"))
        .collect();
    if has_else {
        found.push("`else`".to_owned());
    }
    found
}

fn named(branch: &Branch) -> impl Iterator<Item = Span> {
    let spans = match &branch.when {
        When::Outcomes(spans) => spans.as_slice(),
        _ => &[],
    };
    spans.iter().copied()
}

/// The line that asks the API at a place, and the list whose item that line is.
fn asking(file: &File, api: Span) -> impl Iterator<Item = &Node> {
    let mut around = layout::lines_at(file, api.start).into_iter().rev();
    let line = around.next();
    let list = around.next();
    let list = list.filter(|outer| matches!(outer.head, Head::Gallery { .. } | Head::Options { .. }));
    line.into_iter().chain(list)
}

/// Type and default, who writes it and who reads it.
fn attribute(index: Index<'_>, symbol: &Symbol, declared: Option<Declared<'_>>) -> Option<String> {
    let head = match declared {
        Some(declared) => fence(&whole(declared)),
        None => {
            let mut fields = syntax::record_names();
            let field = fields.find(|field| field.name == symbol.name)?;
            let access = if field.is_writable {
                ""
            } else {
                ", never written by a flow"
            };
            format!(
                "{}\nA field of every customer's record{access}.\n",
                fence(&format!("{}: {}", field.name, field.ty))
            )
        }
    };
    let writers = paragraph("written by", &places(index, symbol, |it| it.role == Role::Writes));
    let readers = paragraph("read by", &places(index, symbol, |it| it.role == Role::Uses));
    Some(format!("{head}{writers}{readers}"))
}

/// The first line, how many lines follow, and who leads there.
fn sequence(index: Index<'_>, symbol: &Symbol, declared: Declared<'_>) -> String {
    let source = &declared.file.source;
    let lines: Vec<&str> = declared
        .node
        .children()
        .filter_map(|line| source.slice(line.span).lines().next())
        .collect();
    let mut shown = format!("{} {{\n", source.slice(declared.node.span));
    for line in lines.iter().take(MOST_LISTED) {
        shown += &format!("  {line}\n");
    }
    if lines.len() > MOST_LISTED {
        shown += "  …\n";
    }
    shown.push('}');
    let users = places(index, symbol, |mention| mention.role != Role::Declares);
    format!("{}{}", fence(&shown), paragraph("named in", &users))
}

/// The items in which a symbol stands, each once, with how often.
fn places(index: Index<'_>, symbol: &Symbol, is_wanted: impl Fn(&Mention) -> bool) -> Vec<String> {
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for mention in index.mentions(symbol).iter().filter(|it| is_wanted(it)) {
        let Some(item) = item(index, *mention) else {
            continue;
        };
        let number = *numbers.entry(item).or_insert(found.len());
        match found.get_mut(number) {
            Some((_, times)) => *times += 1,
            None => found.push((item, 1)),
        }
    }
    let left = found.len().saturating_sub(MOST_LISTED);
    let listed = found.into_iter().take(MOST_LISTED);
    let mut listed: Vec<String> = listed
        .map(|(item, times)| {
            let item = item.replace('`', "'");
            match times {
                1 => format!("`{item}`"),
                _ => format!("`{item}` ({times} times)"),
            }
        })
        .collect();
    if left > 0 {
        listed.push(format!("{left} more"));
    }
    listed
}

/// The head of the item that a mention stands in.
fn item(index: Index<'_>, mention: Mention) -> Option<&str> {
    let file = index.file(mention)?;
    let item = layout::item_at(file, mention.span.start)?;
    file.source.slice(item.span).lines().next().map(str::trim_end)
}

/// An item as its author wrote it.
fn whole(declared: Declared<'_>) -> String {
    let node = declared.node;
    let close = node.body.as_ref().and_then(|body| body.close);
    let span = close.map_or(node.span, |close| node.span.to(close));
    declared.file.source.slice(span).to_owned()
}

fn fence(code: &str) -> String {
    // A fence is longer than any that the code has.
    let longest = code
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let marks = "`".repeat(longest.max(2) + 1);
    format!("{marks}flow\n{code}\n{marks}\n")
}

fn paragraph(title: &str, listed: &[String]) -> String {
    match listed {
        [] => format!("\n{title}: nothing\n"),
        listed => format!("\n{title}: {}\n", listed.join(", ")),
    }
}
