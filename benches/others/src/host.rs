//! The session that a host keeps around an engine that has none: what the floor keeps, in the same way.

use std::collections::HashMap;

use crate::engine::Screen;

#[derive(Default)]
pub(crate) struct Session {
    visits: HashMap<String, u32>,
    on_screen: Vec<Kept>,
    next_option: u64,
    last_message_text: String,
}

struct Kept {
    id: String,
    title: String,
    leads_to: String,
}

/// An option as the customer sees it.
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// What the customer sees, until the next turn.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) prompt: String,
    pub(crate) options: Vec<Choice>,
}

impl Shown {
    pub(crate) fn screen(&self) -> Screen {
        let options = self.options.iter();
        Screen {
            text: self.text.clone(),
            prompt: self.prompt.clone(),
            titles: options.map(|option| option.title.clone()).collect(),
        }
    }
}

impl Session {
    pub(crate) fn visit(&mut self, topic: &str) {
        match self.visits.get_mut(topic) {
            Some(visits) => *visits += 1,
            None => drop(self.visits.insert(topic.to_owned(), 1)),
        }
        self.on_screen.clear();
    }

    pub(crate) fn offer(&mut self, title: String, leads_to: String) -> Choice {
        let id = format!("{:x}.{leads_to}", self.next_option);
        self.next_option += 1;
        self.on_screen.push(Kept {
            id: id.clone(),
            title: title.clone(),
            leads_to,
        });
        Choice { id, title }
    }

    /// The topic that the option in the middle leads to.
    pub(crate) fn tap(&mut self, shown: &Shown) -> Option<String> {
        let id = &shown.options.get(1)?.id;
        let tapped = self.on_screen.iter().position(|kept| kept.id == *id)?;
        let tapped = self.on_screen.swap_remove(tapped);
        self.last_message_text = tapped.title;
        Some(tapped.leads_to)
    }
}
