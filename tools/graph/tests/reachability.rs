//! The graph marks the sequences that the checker calls unreachable, and no others.

use std::collections::BTreeSet;

use sayflow::{Code, Source, check, syntax};
use sayflow_graph::Graph;

fn agrees(text: &str) -> BTreeSet<String> {
    let source = Source::new("a.flow", text);
    let (program, found) = check([source.clone()]);
    assert!(program.is_some(), "{found:?}");
    let found: BTreeSet<String> = found
        .iter()
        .filter(|finding| finding.code() == Code::UnreachableSequence)
        .filter_map(|finding| finding.labels().first())
        .map(|label| label.source.slice(label.span).to_owned())
        .collect();
    let graph = Graph::read(&[syntax::parse(&source).0]);
    let dim = graph.nodes.into_iter().filter(|node| !node.is_reachable);
    assert_eq!(dim.map(|node| node.id).collect::<BTreeSet<_>>(), found);
    found
}

#[test]
fn what_only_an_unreachable_sequence_opens() {
    let found = agrees(
        "on start {\n  goto a\n}\nsequence a {\n  text \"A\"\n}\nsequence b {\n  goto c\n}\nsequence c {\n  goto b\n}\n",
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn an_api_that_may_open_any_sequence_with_an_id() {
    let found = agrees(
        "api more: buttons {\n  get \"https://a.example\"\n}\n\
         on start {\n  buttons {\n    <<more>>\n  }\n}\n\
         sequence a id \"1\" {\n  text \"A\"\n}\nsequence b {\n  text \"B\"\n}\n",
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn a_former_name_leads_to_a_sequence() {
    let found = agrees(
        "api more: buttons {\n  get \"https://a.example\"\n  leads to old\n}\n\
         on start {\n  buttons {\n    <<more>>\n  }\n}\n\
         sequence a was \"old\" {\n  text \"A\"\n}\n",
    );
    assert!(found.is_empty());
}
