//! A conversation within an ordinary test, beside what the app itself does.

#[test]
fn help_is_one_word_away() {
    let engine = sayflow_example_tested::engine();
    assert!(engine.is_ok());
    sayflow_test::conversation!(
        "flows",
        r#"
        customer "help"
        buttons "What can I do for you?"
        "#
    );
}

#[test]
#[should_panic(expected = "this line speaks")]
fn what_is_not_so_fails() {
    sayflow_test::conversation!("flows", "start\ntext \"Good evening.\"\nbuttons");
}
