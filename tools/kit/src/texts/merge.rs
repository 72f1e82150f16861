//! The texts of a flow and the entries of a catalog: which belongs to which.
//!
//! First what says the same in the same place, under its present name or one from before; then what says the same
//! elsewhere in its sequence, since a block that is given an id is no other text, and what says the same in a sequence or
//! handler that is new where another one is gone, since that is a new name; then the nearest wording in the same place;
//! last the same words in another sequence. The last two are guesses, and marked `fuzzy`.

use std::collections::{HashMap, HashSet, VecDeque};

use sayflow::texts::{Entry, PoText};

use super::messages::Message;
use super::names;
use super::wording::{Place, Wording};
use super::write::escaped;

/// How alike two wordings are at least for one to be a new form of the other, from 0 to 1.
const ALIKE: f64 = 0.4;

/// So many entries that differ from a text in names alone are looked at, each with each otherwise.
const SAME_SHAPE: usize = 256;

/// The flag of a translation that somebody has to look at.
pub(super) const FUZZY: &str = "fuzzy";

/// What became of the entries of a catalog.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The texts in the order of the flow, then those that are gone.
    pub(super) entries: Vec<Entry>,
    /// How many texts have no translation yet that had no entry.
    pub(super) new: usize,
    /// How many translations became stale.
    pub(super) stale: usize,
    /// How many entries went.
    pub(super) gone: usize,
}

/// How an entry came to a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Same,
    Guessed,
}

/// Brings the entries of a catalog to the messages of a flow; each has `forms` plural forms.
pub(super) fn merge(messages: &[Message<'_>], entries: Vec<Entry>, forms: usize) -> Merged {
    let mut matching = Matching::new(messages, entries);
    matching.in_place();
    matching.in_sequence();
    matching.shared();
    matching.renamed();
    matching.with_other_names();
    matching.by_wording();
    matching.elsewhere();
    let Matching {
        entries,
        taken,
        is_used,
        ..
    } = matching;
    let mut merged = Merged::default();
    for (message, taken) in messages.iter().zip(taken) {
        let old = taken.and_then(|(index, how)| Some((entries.get(index)?.clone(), how)));
        merged.entries.push(match old {
            Some((old, how)) => {
                let was_fuzzy = old.is_fuzzy();
                let entry = adapted(message, old, how, forms);
                merged.stale += usize::from(entry.is_fuzzy() && !was_fuzzy);
                entry
            }
            None => {
                merged.new += 1;
                fresh(message, forms)
            }
        });
    }
    let free = entries.into_iter().zip(is_used).filter(|(_, is_used)| !is_used);
    for (entry, _) in free {
        merged.gone += usize::from(!entry.is_obsolete);
        // What was never translated leaves nothing behind, but what a translator wrote about it.
        if entry.is_obsolete || has_words(&entry) || !entry.comments.is_empty() {
            merged.entries.push(Entry {
                is_obsolete: true,
                references: Vec::new(),
                extracted: Vec::new(),
                ..entry
            });
        }
    }
    merged
}

/// Whether something of it is translated.
pub(super) fn has_words(entry: &Entry) -> bool {
    entry.strings.iter().any(|text| !text.value.is_empty())
}

struct Matching<'m, 't> {
    messages: &'m [Message<'t>],
    entries: Vec<Entry>,
    /// The entry of each message.
    taken: Vec<Option<(usize, How)>>,
    /// Whether an entry has its message.
    is_used: Vec<bool>,
}

impl<'m, 't> Matching<'m, 't> {
    fn new(messages: &'m [Message<'t>], entries: Vec<Entry>) -> Self {
        Self {
            messages,
            taken: vec![None; messages.len()],
            is_used: vec![false; entries.len()],
            entries,
        }
    }

    fn take(&mut self, message: usize, entry: usize, how: How) {
        if let (Some(taken), Some(is_used)) = (self.taken.get_mut(message), self.is_used.get_mut(entry))
            && taken.is_none()
            && !*is_used
        {
            *taken = Some((entry, how));
            *is_used = true;
        }
    }

    /// The messages that have no entry yet.
    fn open(&self) -> impl Iterator<Item = (usize, &'m Message<'t>)> {
        let messages = self.messages.iter().enumerate();
        messages.filter(|(index, _)| matches!(self.taken.get(*index), Some(None)))
    }

    /// The entries that have no message yet.
    fn free(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let entries = self.entries.iter().enumerate();
        entries.filter(|(index, _)| self.is_used.get(*index) == Some(&false))
    }

    /// Takes what a key finds; where several entries have it, one that is not gone, then the first.
    fn take_equal<K: std::hash::Hash + Eq>(
        &mut self,
        key_of_entry: impl Fn(&Entry) -> Option<K>,
        keys_of_message: impl Fn(&Message<'t>) -> Vec<K>,
        how: How,
    ) {
        let mut by_key: HashMap<K, VecDeque<usize>> = HashMap::new();
        let mut free: Vec<(usize, &Entry)> = self.free().collect();
        free.sort_by_key(|(_, entry)| entry.is_obsolete);
        for (index, entry) in free {
            if let Some(key) = key_of_entry(entry) {
                by_key.entry(key).or_default().push_back(index);
            }
        }
        let mut pairs = Vec::new();
        for (index, message) in self.open() {
            let mut keys = keys_of_message(message).into_iter();
            let found = keys.find_map(|key| by_key.get_mut(&key)?.pop_front());
            pairs.extend(found.map(|entry| (index, entry)));
        }
        for (message, entry) in pairs {
            self.take(message, entry, how);
        }
    }

    fn in_place(&mut self) {
        let place = |context: &str| context.to_owned();
        // The present name is everywhere first.
        self.take_same(place, |message| message.contexts().take(1).collect());
        self.take_same(place, |message| message.contexts().collect());
    }

    fn in_sequence(&mut self) {
        let sequence = |context: &str| body(context).to_owned();
        self.take_same(sequence, |message| message.contexts().collect());
    }

    /// Takes what says the same where `place` of its context is that of one of the message's.
    fn take_same(&mut self, place: impl Fn(&str) -> String, contexts: impl Fn(&Message<'t>) -> Vec<&'t str>) {
        self.take_equal(
            |entry| Some((place(&entry.context.as_ref()?.value), entry.id.value.clone())),
            |message| {
                let contexts = contexts(message).into_iter();
                contexts
                    .map(|context| (place(context), message.id().to_owned()))
                    .collect()
            },
            How::Same,
        );
    }

    fn renamed(&mut self) {
        let present: HashSet<String> = self
            .messages
            .iter()
            .map(|message| body(message.context()).to_owned())
            .collect();
        let contexts = self.entries.iter().filter(|entry| !entry.is_obsolete);
        let former: HashSet<String> = contexts
            .filter_map(|entry| Some(body(&entry.context.as_ref()?.value).to_owned()))
            .collect();
        let key = |context: &str, id: &str| (id_in(context).to_owned(), id.to_owned());
        self.take_equal(
            |entry| {
                let context = &entry.context.as_ref()?.value;
                let is_gone = !entry.is_obsolete && !present.contains(body(context));
                is_gone.then(|| key(context, &entry.id.value))
            },
            |message| match former.contains(body(message.context())) {
                true => Vec::new(),
                false => vec![key(message.context(), message.id())],
            },
            How::Same,
        );
    }

    /// An attribute or API that has another name: the text is the same but for the names in its marks.
    fn with_other_names(&mut self) {
        let mut by_shape: HashMap<(&str, String), Vec<usize>> = HashMap::new();
        for (number, entry) in self.free().filter(|(_, entry)| !entry.is_obsolete) {
            if let Some(shape) = names::shape(&entry.id.value) {
                by_shape.entry((context(entry), shape)).or_default().push(number);
            }
        }
        let mut renamed = Vec::new();
        for (index, message) in self.open() {
            let Some(shape) = names::shape(message.id()) else {
                continue;
            };
            let contexts: HashSet<&str> = message.contexts().collect();
            let known = contexts
                .into_iter()
                .filter_map(|own| by_shape.get(&(own, shape.clone())));
            let mut numbers: Vec<usize> = known.flatten().copied().collect();
            numbers.sort_unstable();
            let found = numbers.into_iter().take(SAME_SHAPE).find_map(|number| {
                let names = names::changed(&self.entries.get(number)?.id.value, message.id())?;
                Some((number, names))
            });
            renamed.extend(found.map(|(number, names)| (index, number, names)));
        }
        for (message, number, names) in renamed {
            if self.is_used.get(number) == Some(&false)
                && let Some(entry) = self.entries.get_mut(number)
            {
                for text in &mut entry.strings {
                    text.value = names::replaced(&text.value, &names);
                }
                self.take(message, number, How::Same);
            }
        }
    }

    /// Blocks of one place that were given ids say the same, and had one entry together.
    fn shared(&mut self) {
        let mut by_name: HashMap<(&str, &str), usize> = HashMap::new();
        let of_words = |entry: &&Entry| !entry.is_obsolete && has_words(entry);
        for (number, entry) in self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| of_words(entry))
        {
            if let Some(context) = &entry.context {
                let name = (context.value.as_str(), entry.id.value.as_str());
                by_name.entry(name).or_insert(number);
            }
        }
        let open = self.open();
        let pairs: Vec<_> = open
            .filter_map(|(index, message)| {
                let entry = by_name.get(&(body(message.context()), message.id()))?;
                Some((index, *entry))
            })
            .collect();
        for (message, entry) in pairs {
            if let Some(taken) = self.taken.get_mut(message) {
                *taken = Some((entry, How::Same));
            }
        }
    }

    fn by_wording(&mut self) {
        let mut places: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
        let of_words = |entry: &Entry| !entry.is_obsolete && has_words(entry);
        for (number, entry) in self.free().filter(|(_, entry)| of_words(entry)) {
            let place = places.entry(context(entry)).or_default();
            place.push((number, entry.id.value.as_str()));
        }
        let places: HashMap<&str, Place<'_>> = places
            .into_iter()
            .map(|(context, texts)| (context, Place::new(texts)))
            .collect();
        let mut ranks: HashMap<&str, usize> = HashMap::new();
        let mut pairs = Vec::new();
        for (index, message) in self.open() {
            let rank = ranks.entry(message.context()).or_default();
            let wording = Wording::new(message.id());
            let contexts: HashSet<&str> = message.contexts().collect();
            let known = contexts.into_iter().filter_map(|own| places.get(own));
            let mut near: Vec<_> = known.flat_map(|place| place.near(*rank, &wording)).collect();
            near.sort_by_key(|(number, _)| *number);
            for (number, other) in near {
                let alike = other.alike(&wording, ALIKE);
                pairs.extend(alike.map(|alike| (alike, index, *number)));
            }
            *rank += 1;
        }
        // The sort is stable: of equals, the first of the flow takes the first of the catalog.
        pairs.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
        for (_, message, entry) in pairs {
            self.take(message, entry, How::Guessed);
        }
    }

    fn elsewhere(&mut self) {
        self.take_equal(
            |entry| has_words(entry).then(|| entry.id.value.clone()),
            |message| vec![message.id().to_owned()],
            How::Guessed,
        );
    }
}

/// Where the text of an entry lives; empty where it does not say.
pub(super) fn context(entry: &Entry) -> &str {
    let context = entry.context.as_ref();
    context.map_or("", |context| context.value.as_str())
}

/// The sequence or handler of a context. An id holds no `@`, the words of a handler may.
fn body(context: &str) -> &str {
    match context.rsplit_once('@') {
        Some((body, id)) if !id.contains(['"', ' ']) => body,
        _ => context,
    }
}

/// The id of a context; empty where it has none.
fn id_in(context: &str) -> &str {
    let behind = context.get(body(context).len()..).unwrap_or_default();
    behind.strip_prefix('@').unwrap_or(behind)
}

/// An entry that nobody has translated.
fn fresh(message: &Message<'_>, forms: usize) -> Entry {
    with_message(message, Entry::default(), forms)
}

/// An entry of the catalog for a message of the flow.
fn adapted(message: &Message<'_>, old: Entry, how: How, forms: usize) -> Entry {
    let mut entry = Entry {
        is_obsolete: false,
        ..old
    };
    if how == How::Guessed && !entry.is_fuzzy() {
        entry.flags.insert(0, FUZZY.to_owned());
        let has_moved = entry
            .context
            .as_ref()
            .is_some_and(|context| context.value != message.context());
        entry.previous.context = entry
            .context
            .as_ref()
            .filter(|_| has_moved)
            .map(|context| context.value.clone());
        entry.previous.id = Some(entry.id.value.clone());
        entry.previous.plural = entry.plural.as_ref().map(|plural| plural.value.clone());
    }
    with_message(message, entry, forms)
}

/// The entry with what the flow says of it: place, words, comments and the number of forms.
fn with_message(message: &Message<'_>, mut entry: Entry, forms: usize) -> Entry {
    entry.context = Some(PoText::from(message.context()));
    // Its place in the file stays, for what there may be to say about it.
    entry.id.value = message.id().to_owned();
    entry.extracted = message.comments();
    let wanted = if message.has_forms() { forms } else { 1 };
    // What is said for several numbers is the last form.
    let last = entry
        .strings
        .last()
        .map_or("", |text| text.value.as_str())
        .to_owned();
    let former = entry.plural.is_some().then(|| entry.strings.clone());
    let has_changed = former.as_ref().is_some_and(|former| former.len() != wanted);
    match message.has_forms() {
        true => {
            entry.plural = Some(PoText::from(message.id()));
            entry.strings.resize_with(wanted, || PoText::from(last.as_str()));
        }
        false if entry.plural.is_some() => {
            entry.plural = None;
            entry.strings = vec![PoText::from(last.as_str())];
        }
        false => entry.strings.resize_with(1, PoText::default),
    }
    keep_former_forms(&mut entry, &former.unwrap_or_default());
    if has_changed && has_words(&entry) && !entry.is_fuzzy() {
        entry.flags.insert(0, FUZZY.to_owned());
    }
    if !has_words(&entry) {
        entry.flags.retain(|flag| flag != FUZZY);
        entry.previous = Default::default();
    }
    entry
}

/// Plural forms that have no place any more stay as comments.
fn keep_former_forms(entry: &mut Entry, former: &[PoText]) {
    for (index, form) in former.iter().enumerate() {
        let is_kept = entry.strings.iter().any(|text| text.value == form.value);
        if is_kept || form.value.is_empty() {
            continue;
        }
        let comment = format!("# former msgstr[{index}] \"{}\"", escaped(&form.value));
        if !entry.comments.contains(&comment) {
            entry.comments.push(comment);
        }
    }
}
