//! What each customer says, and what has to come of it.

use std::time::Duration;

use sayflow::Input;

/// One customer's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    number: usize,
}

/// How a customer leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With a question open that waits for ten minutes: its timer may not fire.
    Open,
    /// Says that this is all, and then nothing: one timer fires.
    Silent,
    /// Says that this is all, and one thing more at the very moment when the timer is due: it fires before or
    /// not at all.
    Hesitant,
}

/// One way in which a conversation may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    /// What the basket of the customer holds, in the order in which it got there.
    pub(crate) basket: Vec<String>,
    /// What the customer reads.
    pub(crate) said: Vec<String>,
}

const ITEMS: [&str; 2] = ["rice", "soap"];
const ALL: &str = "that is all";
const MORE: &str = "gift wrap";

impl Script {
    /// How many messages there are up to the last order.
    pub(crate) const ROUNDS: usize = 1 + ITEMS.len();

    pub(crate) fn new(number: usize) -> Self {
        Self { number }
    }

    /// The name of the conversation.
    pub(crate) fn key(self) -> String {
        format!("web:{:06}", self.number)
    }

    pub(crate) fn ending(self) -> Ending {
        match self.number % 10 {
            7 | 8 => Ending::Silent,
            9 => Ending::Hesitant,
            _ => Ending::Open,
        }
    }

    /// Whether the second delivery of a message is at the same moment as the first, or later.
    pub(crate) fn is_doubled_at_once(self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// What is ordered, each with the customer's own number, so that nothing is mistaken for another's.
    pub(crate) fn items(self) -> impl Iterator<Item = String> {
        ITEMS
            .into_iter()
            .map(move |item| format!("{item} {}", self.number))
    }

    /// What is said in each of the rounds up to the last order.
    pub(crate) fn order(self, round: usize) -> Option<Input> {
        let mut inputs = std::iter::once(Input::start()).chain(self.items().map(Input::text));
        let input = inputs.nth(round)?;
        Some(input.with_id(format!("{}-order-{round}", self.number)))
    }

    /// What is said after the last order, before a silence.
    pub(crate) fn farewell(self, place: usize) -> Option<Input> {
        let last: &[&str] = match self.ending() {
            Ending::Open => &[],
            Ending::Silent => &[ALL],
            Ending::Hesitant => &[ALL, MORE],
        };
        let input = Input::text(*last.get(place)?);
        Some(input.with_id(format!("{}-farewell-{place}", self.number)))
    }

    /// How long a hesitant customer thinks about the last question: around the second after which silence counts.
    pub(crate) fn hesitation(self) -> Duration {
        Duration::from_millis(300 + (self.number as u64 / 10 % 7) * 150)
    }

    /// Every way in which the conversation may go; `order_of` is the number that the shop gave an item.
    pub(crate) fn courses(self, order_of: impl Fn(&str) -> String) -> Vec<Course> {
        let mut course = Course {
            basket: vec!["basket".to_owned()],
            said: vec![
                "Welcome! Name one item after the other.".to_owned(),
                "What would you like?".to_owned(),
            ],
        };
        for item in self.items() {
            course.said.push(format!("{item} is order {}.", order_of(&item)));
            course.said.push("What would you like?".to_owned());
            course.basket.push(item);
        }
        if self.ending() == Ending::Open {
            return vec![course];
        }
        course.said.push("Anything to add?".to_owned());
        let silent = course.clone().then("silence", "Then it is on its way.");
        match self.ending() {
            Ending::Hesitant => [course, silent]
                .map(|course| course.then(MORE, "Noted: gift wrap."))
                .to_vec(),
            _ => vec![silent],
        }
    }
}

impl Course {
    fn then(mut self, kept: &str, said: &str) -> Self {
        self.basket.push(kept.to_owned());
        self.said.push(said.to_owned());
        self
    }
}
