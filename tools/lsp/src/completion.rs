//! Completion: what may stand at the cursor.
//!
//! What is wanted is told by the line before the cursor, because a line that is half typed has no tree
//! to speak of; where the line stands is told by the tree, which holds even then.

mod before;
mod quoted;
mod said;
mod shown;
mod snippets;
mod statement;
mod wanted;

use std::cell::Cell;
use std::collections::HashSet;

use sayflow::syntax::Place;
use sayflow::syntax::ast::{File, Head, TypeKind};
use sayflow::{Outcome, Output, Span, syntax};

use crate::describe;
use crate::fit::{Fit, fit, folded};
use crate::index::{Declared, Index, Kind, Mention, Symbol};
use crate::spot::Spot;
use crate::text::number;
use before::{Before, Marks, Within};
use wanted::Wanted;

/// So many names of a kind are listed; whoever wants another types on.
const MOST_LISTED: usize = 128;

/// What kind of thing is offered; editors draw a sign for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Name(Kind),
    Word,
    Snippet,
    Outcome,
}

/// One offer.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) label: String,
    pub(crate) sign: Sign,
    /// What it is, in one line.
    pub(crate) detail: String,
    /// What is written in place of the word at the cursor; a snippet where `sign` says so.
    pub(crate) insert: String,
}

/// What is offered, and the word that goes when one is taken.
#[derive(Clone, Debug)]
pub(crate) struct Offers {
    pub(crate) replaced: Span,
    pub(crate) items: Vec<Item>,
    /// Whether a longer word may bring up names that are not among them.
    pub(crate) is_incomplete: bool,
}

/// Completion at a cursor. `was_blank` says that a blank brought it up, which opens no list of words.
pub(crate) fn offers(index: Index<'_>, file: &File, offset: u32, was_blank: bool) -> Offers {
    let text = file.source.text();
    let (before, after) = text.split_at_checked(offset as usize).unwrap_or((text, ""));
    let line = before.rsplit('\n').next().unwrap_or_default();
    let spot = Spot::of(file, offset);
    let read = Before::of(before);
    let (word, wanted) = wanted::of(read, line, spot);
    let right = read.right_half(word, after);
    let mut offer = Offer {
        index,
        spot,
        word,
        within: read.within,
        after: after.get(right..).unwrap_or_default(),
        file,
        offset,
        is_incomplete: Cell::new(false),
    };
    let mut items = Vec::new();
    let two = (read.within == Within::Code && read.open.is_none())
        .then(|| wanted::of_two(line, spot))
        .flatten();
    if let Some((words, wanted)) = two {
        offer.word = words;
        wanted
            .into_iter()
            .for_each(|wanted| offer.fill(wanted, &mut items));
        let is_second = |item: &Item| item.label.starts_with(words) && item.sign != Sign::Snippet;
        items.retain(is_second);
    }
    if items.is_empty() {
        offer.word = word;
        for wanted in wanted {
            match wanted {
                Wanted::Words(_) | Wanted::ActionKeys | Wanted::Else | Wanted::Items if was_blank => {}
                wanted => offer.fill(wanted, &mut items),
            }
        }
    }
    // A word can be wanted for two reasons: `status` is an outcome, and what a mock begins with.
    let mut known: HashSet<(String, bool)> = HashSet::new();
    // What a list names already is no offer.
    let rest = offer
        .after
        .split(['\n', '{', '}', '"'])
        .next()
        .unwrap_or_default();
    let line = format!("{}{rest}", line.strip_suffix(word).unwrap_or(line));
    known.extend(wanted::listed(&line, spot.place).map(|name| (name.to_owned(), false)));
    items.retain(|item| known.insert((item.label.clone(), item.sign == Sign::Snippet)));
    Offers {
        replaced: Span::new(
            offset.saturating_sub(number(offer.word.len())),
            offset.saturating_add(number(right)),
        ),
        items,
        is_incomplete: offer.is_incomplete.get(),
    }
}

struct Offer<'a, 'f> {
    index: Index<'f>,
    spot: Spot<'a>,
    /// The word, or the text between quotes, that is being typed.
    word: &'a str,
    within: Within,
    /// The text behind that word.
    after: &'a str,
    file: &'a File,
    offset: u32,
    is_incomplete: Cell<bool>,
}

impl Offer<'_, '_> {
    fn fill(&self, wanted: Wanted<'_>, items: &mut Vec<Item>) {
        match wanted {
            Wanted::Apis(outputs) => self.apis(outputs, self.closing(Marks::Api), items),
            Wanted::BareApis => self.apis(&Output::ALL, "", items),
            Wanted::Attributes => self.attributes(|_| true, self.closing(Marks::Attribute), items),
            Wanted::Values => self.attributes(|_| true, "", items),
            Wanted::Writable => self.attributes(|is_writable| is_writable, "", items),
            Wanted::Sequences => self.sequences(items),
            Wanted::Servers => {
                for (symbol, declared) in self.listed(Kind::Server) {
                    let detail = describe::origin(declared).to_owned();
                    items.push(named(Kind::Server, &symbol.name, detail));
                }
            }
            Wanted::Actions => {
                let actions = self.listed(Kind::Action).into_iter();
                items.extend(actions.map(|(symbol, _)| named(Kind::Action, &symbol.name, String::new())));
            }
            Wanted::Secrets => {
                let secrets = self.index.written(Kind::Secret);
                let secrets = secrets.filter(|secret| !self.is_typed(secret));
                items.extend(secrets.map(|symbol| named(Kind::Secret, &symbol.name, String::new())));
            }
            Wanted::Outcomes => self.outcomes(items),
            Wanted::Endings => items.extend(Outcome::ALL.into_iter().map(outcome)),
            Wanted::ActionKeys => self.action_keys(items),
            Wanted::Keys(carrier) => self.texts(shown::keys(self.index.files(), carrier), items),
            Wanted::Titles => self.texts(shown::titles(self.index.files()), items),
            Wanted::Blocks => self.texts(shown::blocks(self.index.files()), items),
            Wanted::Heard { is_intent } => {
                self.texts(shown::triggers(self.index.files(), is_intent), items);
            }
            Wanted::Else => items.extend(self.may_fail().then(|| word("else"))),
            Wanted::Deniable => items.extend(deniable().map(word)),
            Wanted::Words(place) => {
                items.extend(syntax::words(place).map(word));
                items.extend(snippets::of(place));
            }
            Wanted::Items => self.api_items(items),
            Wanted::Choices(name) => self.choices(name, items),
            Wanted::Said(api) => self.said(api, items),
            Wanted::These(words) => items.extend(words.iter().map(|text| word(text))),
        }
    }

    /// What is declared of a kind; of very many, those that fit the word best.
    fn listed(&self, kind: Kind) -> Vec<(&Symbol, Declared<'_>)> {
        let mut listed: Vec<&Symbol> = self.index.written(kind).collect();
        if listed.len() > MOST_LISTED {
            listed = best(&listed, self.word);
            self.is_incomplete.set(true);
        }
        let declared = listed.into_iter();
        let declared = declared.filter_map(|symbol| Some((symbol, self.index.declared(symbol)?)));
        declared.take(MOST_LISTED).collect()
    }

    fn apis(&self, outputs: &[Output], closing: &str, items: &mut Vec<Item>) {
        for (symbol, declared) in self.listed(Kind::Api) {
            let written = describe::output(declared);
            // An API whose output is still to be written fits everywhere.
            let output = Output::from_name(written);
            if output.is_none_or(|output| outputs.contains(&output)) {
                let request = describe::request(self.index, declared).unwrap_or_default();
                let mut item = named(Kind::Api, &symbol.name, format!("{written}, {request}"));
                item.insert += closing;
                items.push(item);
            }
        }
    }

    fn attributes(&self, is_wanted: impl Fn(bool) -> bool, closing: &str, items: &mut Vec<Item>) {
        let declared = self.listed(Kind::Attribute).into_iter();
        let declared =
            declared.map(|(symbol, declared)| (symbol.name.clone(), describe::attribute(declared)));
        let record = syntax::record_names().filter(|field| is_wanted(field.is_writable));
        let record = record.map(|field| (field.name.to_owned(), format!("{}, of every customer", field.ty)));
        for (name, detail) in declared.chain(record) {
            let mut item = named(Kind::Attribute, &name, detail);
            item.insert += closing;
            items.push(item);
        }
    }

    fn sequences(&self, items: &mut Vec<Item>) {
        for (symbol, declared) in self.listed(Kind::Sequence) {
            let first = describe::children(declared.node).next();
            let first = first.map(|line| declared.file.source.slice(line.span));
            let detail = first.and_then(|line| line.lines().next()).unwrap_or_default();
            items.push(named(Kind::Sequence, &symbol.name, detail.to_owned()));
        }
    }

    /// The outcomes that the line before does not name yet; behind an `if` there are none.
    fn outcomes(&self, items: &mut Vec<Item>) {
        let Some(host) = self.spot.before else { return };
        if matches!(host.head, Head::If(_)) {
            items.push(word("if"));
            return;
        }
        if !describe::uses_api(host) {
            return;
        }
        let named: Vec<&str> = host
            .branches
            .iter()
            .flat_map(|branch| match &branch.when {
                syntax::ast::When::Outcomes(spans) => spans.as_slice(),
                _ => &[],
            })
            .map(|span| self.file.source.slice(*span))
            .collect();
        let outcomes = Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Ok);
        let left = outcomes.filter(|outcome| !named.contains(&outcome.as_str()));
        items.extend(left.map(outcome));
    }

    /// Texts between the quotes that are open; what they are is said behind them.
    fn texts(&self, texts: shown::Texts, items: &mut Vec<Item>) {
        // What is being typed is no offer.
        let others = texts.into_iter().filter(|(text, _)| text != self.word);
        items.extend(others.map(|(text, what)| self.text(&text, what)));
    }

    fn text(&self, text: &str, what: &str) -> Item {
        let is_closed = self.after.starts_with(['"', '”']);
        let close = if is_closed { "" } else { "\"" };
        Item {
            insert: format!("{text}{close}"),
            detail: what.to_owned(),
            ..word(text)
        }
    }

    /// The keys of the action around the cursor that are not given yet.
    fn action_keys(&self, items: &mut Vec<Item>) {
        let Some(owner) = self.spot.owner.filter(|_| self.spot.place == Place::Do) else {
            return;
        };
        let line = self.file.source.slice(owner.span);
        let name = line.split_whitespace().skip_while(|word| *word != "do").nth(1);
        let symbol = Symbol::new(Kind::Action, name.unwrap_or_default());
        let Some(action) = self.index.declared(&symbol) else {
            return;
        };
        let given = |key: &str| {
            describe::children(owner).any(|line| match &line.head {
                Head::KeyValue { name, .. } => self.file.source.slice(name.span) == key,
                _ => false,
            })
        };
        let blanks = [' ', '\t'];
        let equals = match self.after.trim_start_matches(blanks).starts_with('=') {
            true => "",
            false => " = ",
        };
        for (key, ty) in describe::keys(action) {
            if !given(key) {
                items.push(Item {
                    insert: format!("{key}{equals}"),
                    detail: ty.to_owned(),
                    ..word(key)
                });
            }
        }
    }

    /// The names of what a request says; of very many, those that fit the word best.
    fn said(&self, api: &str, items: &mut Vec<Item>) {
        let said = said::names(self.index, api);
        let is_long = said.len() > MOST_LISTED;
        let typed = folded(self.word);
        self.is_incomplete.set(self.is_incomplete.get() || is_long);
        let fitting = said
            .into_iter()
            .filter(|(name, _)| !is_long || fit(&typed, &folded(name)).is_some());
        items.extend(fitting.take(MOST_LISTED).map(|(name, what)| Item {
            insert: said::written(&name),
            detail: what.to_owned(),
            ..word(&name)
        }));
    }

    /// Whether an `else` can stand behind the line before the cursor.
    fn may_fail(&self) -> bool {
        let Some(host) = self.spot.before else {
            return false;
        };
        let is_open = !host
            .branches
            .iter()
            .any(|branch| matches!(branch.when, syntax::ast::When::Always));
        self.spot.place == Place::Statements
            && is_open
            && (matches!(host.head, Head::If(_)) || describe::can_fail(host))
    }

    /// What is left to write of two closing marks.
    fn closing(&self, marks: Marks) -> &'static str {
        let marks = marks.closing();
        let mark = marks.get(..1).unwrap_or_default();
        let rest = self.after.lines().next().unwrap_or_default();
        // Before them stand blanks, or the default of an attribute.
        let inside = rest.split_once(marks).map(|(inside, _)| inside.trim());
        if inside.is_some_and(|inside| inside.is_empty() || inside.starts_with('|')) {
            ""
        } else if rest.starts_with(mark) {
            mark
        } else {
            marks
        }
    }

    /// Whether a symbol stands nowhere but under the cursor.
    fn is_typed(&self, symbol: &Symbol) -> bool {
        let is_here = |mention: &Mention| {
            let file = self.index.file(*mention);
            mention.span.touches(self.offset) && file.is_some_and(|file| std::ptr::eq(file, self.file))
        };
        self.index.mentions(symbol).iter().all(is_here)
    }

    /// The APIs that can fill the list around the cursor.
    fn api_items(&self, items: &mut Vec<Item>) {
        if matches!(self.spot.place, Place::Options | Place::Gallery) {
            let mut apis = Vec::new();
            self.apis(wanted::outputs("<<", self.spot), "", &mut apis);
            items.extend(apis.into_iter().map(|api| Item {
                label: format!("<<{}>>", api.label),
                insert: format!("<<{}>>", api.insert),
                ..api
            }));
        }
    }

    /// What an attribute can hold, where that is a choice; between quotes, without them.
    fn choices(&self, name: &str, items: &mut Vec<Item>) {
        let symbol = Symbol::new(Kind::Attribute, name);
        let Some(Declared { file, node }) = self.index.declared(&symbol) else {
            return;
        };
        let Head::Attribute { ty, .. } = &node.head else {
            return;
        };
        match &ty.kind {
            Some(TypeKind::OneOf(texts)) if self.within == Within::Text => {
                let texts = texts.iter().map(|text| describe::inside(&file.source, text));
                items.extend(texts.map(|text| self.text(text, "")));
            }
            Some(TypeKind::OneOf(texts)) => {
                items.extend(texts.iter().map(|text| word(file.source.slice(text.span))));
            }
            Some(TypeKind::YesNo) if self.within == Within::Code => {
                items.extend(["yes", "no"].map(word));
            }
            _ => {}
        }
    }
}

fn outcome(outcome: Outcome) -> Item {
    Item {
        sign: Sign::Outcome,
        ..word(outcome.as_str())
    }
}

/// What may stand behind `not` in a test: what a flow shows and tells, and the words of tests for it.
fn deniable() -> impl Iterator<Item = &'static str> {
    let is_shown =
        |word: &&str| *word != "wait" && syntax::words(Place::Statements).any(|other| other == *word);
    let is_told = |word: &&str| matches!(*word, "called" | "event" | "pause");
    syntax::words(Place::Test).filter(move |word| is_shown(word) || is_told(word))
}

/// The names that fit a word, the best first; all of them where there is no word yet.
fn best<'n>(names: &[&'n Symbol], word: &str) -> Vec<&'n Symbol> {
    if word.is_empty() {
        return names.to_vec();
    }
    let word = folded(word);
    let fitting = names
        .iter()
        .filter_map(|name| Some((fit(&word, &folded(&name.name))?, *name)));
    let mut fitting: Vec<(Fit, &Symbol)> = fitting.collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    fitting.into_iter().map(|(_, name)| name).collect()
}

fn named(kind: Kind, name: &str, detail: String) -> Item {
    Item {
        label: name.to_owned(),
        sign: Sign::Name(kind),
        detail,
        insert: name.to_owned(),
    }
}

fn word(text: &str) -> Item {
    Item {
        label: text.to_owned(),
        sign: Sign::Word,
        detail: String::new(),
        insert: text.to_owned(),
    }
}
