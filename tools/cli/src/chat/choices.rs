//! The options that were shown: the newest by their numbers, all by their titles.

use sayflow::{BlockOption, OptionTarget};

/// The options of the newest output, and those of all outputs before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    options: Vec<BlockOption>,
    /// The options of earlier outputs, the oldest first; of those with one title the newest.
    earlier: Vec<BlockOption>,
    /// Whether a number that is typed picks an option; otherwise it is a text, such as an answer.
    takes_numbers: bool,
}

/// What picking an option does.
#[derive(Clone, Debug)]
pub(crate) enum Pick {
    /// It goes to the engine, under this title.
    Tap(String, String),
    /// It happens on the customer's device.
    Elsewhere(String),
}

impl Choices {
    /// Adds an option and gives its number.
    pub(crate) fn add(&mut self, option: &BlockOption) -> usize {
        self.options.push(option.clone());
        self.options.len()
    }

    /// The options of one output, after those of the chat so far.
    pub(crate) fn after(mut self, before: Self) -> Self {
        self.earlier = before.earlier;
        for option in before.options {
            self.earlier.retain(|earlier| earlier.title != option.title);
            self.earlier.push(option);
        }
        self
    }

    /// A block is shown: only options at the end of the output take numbers.
    pub(crate) fn set_last_block(&mut self, has_options: bool) {
        self.takes_numbers = has_options;
    }

    pub(crate) fn len(&self) -> usize {
        self.options.len()
    }

    pub(crate) fn takes_numbers(&self) -> bool {
        self.takes_numbers
    }

    /// The titles, in the order of their numbers.
    pub(crate) fn titles(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|option| option.title.as_str())
    }

    /// The option of a number, from 1.
    pub(crate) fn by_number(&self, number: usize) -> Option<Pick> {
        self.options.get(number.checked_sub(1)?).map(pick)
    }

    /// The first option of that title in the newest output.
    pub(crate) fn by_title(&self, title: &str) -> Option<Pick> {
        self.options.iter().find(|option| option.title == title).map(pick)
    }

    /// The newest option of that title in any output.
    pub(crate) fn by_title_ever(&self, title: &str) -> Option<Pick> {
        let mut earlier = self.earlier.iter().rev();
        self.by_title(title)
            .or_else(|| earlier.find(|option| option.title == title).map(pick))
    }
}

fn pick(option: &BlockOption) -> Pick {
    match (&option.id, &option.target) {
        (Some(id), _) => Pick::Tap(id.into(), String::from(&option.title)),
        (None, OptionTarget::Url(url)) => Pick::Elsewhere(format!("opens {url}")),
        (None, OptionTarget::Phone(number)) => Pick::Elsewhere(format!("calls {number}")),
        (None, _) => Pick::Elsewhere("nothing comes back to the bot".to_owned()),
    }
}
