//! The tests of a flow speak the languages of its catalogs.

use sayflow::Source;
use sayflow_test::{Suite, conversation, converse};

#[test]
fn a_flow_at_a_path_has_its_catalogs() {
    let transcript = conversation!(
        "../../examples/languages",
        r#"
        given locale = "ar_EG"
        start hours
        text "نعمل من العاشرة صباحًا حتى الثامنة مساءً، كل يوم ما عدا الجمعة."
        "#
    );
    assert_eq!(transcript.turns.len(), 1);
}

#[test]
fn catalogs_are_sources_and_hold_no_tests() -> Result<(), String> {
    let flow = Source::new("shop.flow", "on start {\n  text \"Hello!\"\n}\n");
    let catalog = Source::new(
        "texts/bn.po",
        "msgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"নমস্কার!\"\n",
    );
    let lines = "given language = \"bn\"\nstart\ntext \"নমস্কার!\"";
    let transcript = converse([flow.clone(), catalog.clone()], lines)?;
    assert_eq!(transcript.turns[0].said, ["text \"নমস্কার!\""]);

    let suite = Suite::load([flow.clone(), catalog]).map_err(|found| format!("{found:?}"))?;
    assert_eq!(suite.sources(), [flow]);
    Ok(())
}
