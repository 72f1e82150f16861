//! A whole conversation as a snapshot: `cargo insta review` shows what a change of the flow does to it.

#[test]
fn a_visit() {
    let transcript = sayflow_test::conversation!(
        "flows",
        r#"
        mock ready = "on the hanger"
        start
        ...
        tap "Is my coat ready?"
        ...
        customer "C-17"
        ...
        expect coat = "C-17"
        "#
    );
    insta::assert_snapshot!(transcript);
}
