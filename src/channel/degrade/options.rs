//! Options: their text, their titles, and in which messages they stand.

use std::collections::{HashMap, HashSet};

use super::Stage;
use crate::channel::limits::Part;
use crate::channel::plan::{Does, Kind, plan};
use crate::channel::{Limit, reason, split};
use crate::output::{Block, BlockOption, OptionTarget};

/// What stands above options that go on from the message before.
const GOES_ON: &str = "…";

impl Stage {
    pub(super) fn options(&mut self, asked: Kind, text: Option<String>, options: Vec<BlockOption>) {
        if options.is_empty() {
            self.report(reason::left_out());
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                self.text(&text, Part::Text);
            }
            return;
        }
        let told: Vec<(&str, Does)> = options
            .iter()
            .map(|option| (option.title.as_str(), Does::of(&option.target)))
            .collect();
        let plan = plan(self.channel, asked, &told);
        plan.reasons.into_iter().for_each(|reason| self.report(reason));

        let (phones, others): (Vec<_>, Vec<_>) = options
            .into_iter()
            .partition(|option| plan.phones_as_text && Does::of(&option.target) == Does::CallNumber);
        let (links, together): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|option| plan.links_apart && Does::of(&option.target) == Does::OpenPage);

        let mut text = text.filter(|text| !text.trim().is_empty());
        if !together.is_empty() {
            let prompt = text.take();
            self.messages(plan.kind, prompt, together);
        }
        for link in links {
            let title = Some(String::from(&link.title)).filter(|title| !title.trim().is_empty());
            let prompt = text.take().or(title);
            self.messages(Kind::Buttons, prompt, vec![link]);
        }
        if !phones.is_empty() {
            let lines = text.take().into_iter().chain(phones.iter().map(line));
            self.text(&lines.collect::<Vec<_>>().join("\n"), Part::Phones);
        }
    }

    /// Options of one kind, in as many messages as they need.
    fn messages(&mut self, kind: Kind, prompt: Option<String>, mut options: Vec<BlockOption>) {
        self.fit_titles(&mut options, kind.title());
        let mut prompt = self.prompt(kind, prompt);
        let most = self
            .channel
            .bound(kind.number())
            .map_or(usize::MAX, |limit| limit.max.max(1));
        let mut options = options.into_iter().peekable();
        while options.peek().is_some() {
            let these = options.by_ref().take(most).collect();
            self.push(kind.block(prompt, these));
            prompt = Some(GOES_ON.to_owned());
        }
    }

    /// What is said above options, what is too long of it said before.
    fn prompt(&mut self, kind: Kind, text: Option<String>) -> Option<String> {
        let Some(limit) = self.channel.bound(kind.prompt()) else {
            return text;
        };
        let Some(text) = text else {
            return Some(self.found_prompt(limit));
        };
        if limit.unit.end_within(&text, limit.max) >= text.len() {
            return Some(text);
        }
        let (before, prompt) = split::last_piece(&text, limit);
        let first = self.done.blocks.len();
        if !before.is_empty() {
            self.text(before, limit.part);
        }
        let messages = self.done.blocks.len() - first + 1;
        self.report(reason::text_split(limit, Some(messages)));
        Some(prompt.to_owned())
    }

    /// A text for options without one: the one before them, where it fits.
    fn found_prompt(&mut self, limit: &'static Limit) -> String {
        if self.is_behind_text
            && self.start == self.done.blocks.len()
            && let Some(Block::Text { text }) = self.done.blocks.last()
            && limit.unit.end_within(text, limit.max) >= text.len()
        {
            let text = text.clone();
            self.done.blocks.pop();
            self.done.origins.pop();
            self.start = self.done.blocks.len();
            self.report(reason::prompt_taken(limit));
            return text;
        }
        self.report(reason::prompt_added(limit));
        GOES_ON.to_owned()
    }

    /// Cuts the titles of options that stand together, so that they can still be told apart.
    pub(super) fn fit_titles(&mut self, options: &mut [BlockOption], part: Part) {
        let limit = self.channel.bound(part);
        let differing = self.channel.lacks(Part::EqualTitles);
        let is_within =
            |title: &str| limit.is_none_or(|limit| limit.unit.end_within(title, limit.max) >= title.len());
        let kept = options
            .iter()
            .map(|option| String::from(&option.title))
            .filter(|title| is_within(title));
        let mut titles = Titles {
            kept: kept.collect(),
            ..Titles::default()
        };
        for option in options {
            let cut = limit.filter(|_| !is_within(&option.title));
            let shown = match (cut, differing) {
                (Some(limit), _) => titles.cut(&option.title, limit),
                (None, Some(_)) => titles.numbered(&option.title, limit),
                (None, None) => continue,
            };
            if option.title == shown {
                continue;
            }
            if let Some(limit) = cut.or(differing) {
                self.report(reason::shortened(
                    limit,
                    &option.title,
                    &shown,
                    option.id.as_deref(),
                ));
            }
            option.title = shown.into();
        }
    }
}

/// A number to call as a line of text.
fn line(option: &BlockOption) -> String {
    match &option.target {
        OptionTarget::Phone(number) | OptionTarget::Url(number) => format!("{}: {number}", option.title),
        OptionTarget::Sequence(_) | OptionTarget::Answer => String::from(&option.title),
    }
}

/// The titles that stand together.
#[derive(Default)]
struct Titles {
    /// Those that are within the limit.
    kept: HashSet<String>,
    /// Those that are shown already.
    shown: HashSet<String>,
    /// The number that was last put behind a title.
    numbers: HashMap<String, usize>,
}

impl Titles {
    /// A title that is too long, cut and unlike all others.
    fn cut(&mut self, title: &str, limit: &Limit) -> String {
        let cut = split::shortened(title, limit.unit, limit.max).unwrap_or_else(|| title.to_owned());
        let taken = self.kept.contains(&cut);
        self.unlike(cut, taken, |number| {
            split::with_end(title, limit.unit, limit.max, &format!("…{number}"))
        })
    }

    /// A title that is short enough, with a number behind it where it was shown already.
    fn numbered(&mut self, title: &str, limit: Option<&Limit>) -> String {
        self.unlike(title.to_owned(), false, |number| match limit {
            Some(limit) => split::with_end(title, limit.unit, limit.max, &format!(" {number}")),
            None => format!("{title} {number}"),
        })
    }

    fn unlike(&mut self, title: String, is_taken: bool, with: impl Fn(usize) -> String) -> String {
        let mut shown = title.clone();
        if is_taken || self.shown.contains(&shown) {
            let last = self.numbers.entry(title).or_insert(1);
            loop {
                *last += 1;
                shown = with(*last);
                if !self.kept.contains(&shown) && !self.shown.contains(&shown) {
                    break;
                }
            }
        }
        self.shown.insert(shown.clone());
        shown
    }
}
