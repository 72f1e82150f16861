//! A client whose answers stand in the script.

use std::collections::HashMap;

use sayflow::{Answer, Client, Request};

/// Answers every call of an API alike, until the script says otherwise.
#[derive(Default)]
pub(crate) struct Canned {
    answers: HashMap<String, Answer>,
}

impl Canned {
    pub(crate) fn answer_with(&mut self, api: String, answer: Answer) {
        self.answers.insert(api, answer);
    }
}

impl Client for Canned {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        requests
            .iter()
            .map(|request| {
                let answer = self.answers.get(&request.api);
                answer
                    .cloned()
                    .unwrap_or_else(|| panic!("the script has no `> reply {} …`", request.api))
            })
            .collect()
    }
}

/// No call is made where a turn is repeated.
pub(crate) struct NotAgain;

impl Client for NotAgain {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        panic!("called once more: {requests:?}")
    }
}
