//! Flows of any size: the four `.flow` files of this folder, topics repeated under numbers.
//!
//! A topic reads two attributes, has a condition, a text, and three options that open other
//! topics. Every tenth asks a question and every twentieth calls an endpoint.

use sayflow::{Program, Source, check};

/// About as many as an author keeps in one file.
const SEQUENCES_PER_FILE: usize = 100;

/// A flow with this many sequences, `topic_0` and on, in files of a hundred.
pub(crate) fn flow(sequences: usize) -> Vec<Source> {
    let mut texts = vec![include_str!("start.flow").to_owned()];
    for this in 0..sequences {
        let topic = match this % 20 {
            5 => include_str!("offer.flow"),
            9 | 19 => include_str!("question.flow"),
            _ => include_str!("topic.flow"),
        };
        let numbered = topic
            .replace("THIS", &this.to_string())
            .replace("NEXT", &((this + 1) % sequences).to_string())
            .replace("LATER", &((this + 10) % sequences).to_string());
        if this % SEQUENCES_PER_FILE == 0 {
            texts.push(String::new());
        }
        texts.last_mut().unwrap().push_str(&numbered);
    }
    let named = texts.into_iter().enumerate();
    named
        .map(|(number, text)| Source::new(format!("{number}.flow"), text))
        .collect()
}

/// The program of such a flow, of which there is nothing to find.
pub(crate) fn program(flow: &[Source]) -> Program {
    let (program, found) = check(flow.iter().cloned());
    assert_eq!(found, []);
    program.unwrap()
}
