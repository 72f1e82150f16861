//! Flows of any size: the four `.flow` files of this folder, topics repeated under numbers.
//!
//! A topic reads two attributes, has a condition, a text, and three options that open other
//! topics. Every tenth asks a question and every twentieth calls an endpoint.

use sayflow::{Program, Source, check};

/// A flow with this many sequences, `topic_0` and on.
pub(crate) fn flow(sequences: usize) -> Source {
    let mut text = include_str!("start.flow").to_owned();
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
        text.push_str(&numbered);
    }
    Source::new(format!("of_{sequences}.flow"), text)
}

/// The program of such a flow, of which there is nothing to find.
pub(crate) fn program(flow: &Source) -> Program {
    let checked = check([flow.clone()]);
    assert_eq!(checked.diagnostics(), []);
    checked.program().unwrap().clone()
}
