//! Reading takes a number of steps that grows no faster than the file, whatever the file holds.
//!
//! pest can count its steps only for the whole process, so this test is a process of its own: a
//! stretch that needs more than the limit is not read, and is then missing in the printed tree.

use sayflow::{Source, syntax};

/// Steps of pest for each byte; the sample of the language takes 4.
const STEPS_PER_BYTE: usize = 120;

#[test]
fn steps_grow_no_faster_than_the_file() {
    for (before, repeated, after) in HOSTILE {
        for count in [1_000, 2_000, 4_000] {
            let text = format!("sequence a {{\n{before}{}{after}", repeated.repeat(count));
            let limit = STEPS_PER_BYTE * text.len() + 1_000;
            pest::set_call_limit(Some(limit.try_into().unwrap()));
            let source = Source::new("a.flow", text);
            let (file, _) = syntax::parse(&source);
            assert!(
                syntax::print(&file) == source.text(),
                "{repeated:?}, {count} times"
            );
        }
    }
}

/// Texts that make a careless grammar or builder start over and over again.
const HOSTILE: [(&str, &str, &str); 43] = [
    ("}\ntest \"t\" {\n", "mock x = reply ```", ""),
    ("}\ntest \"t\" {\n", "`", ""),
    ("}\ntest \"t\" {\n", "mock x = \"a\", then ", ""),
    ("}\ntest \"t\" {\ntext /", "\\/", ""),
    ("}\ntest \"t\" {\n", "text /a ", ""),
    ("}\ntest \"t\" {\n", "buttons {\n", ""),
    ("}\ntest \"t\" {\n", "not ", ""),
    ("}\ntest \"t\" {\ngiven ", "a = 1, ", ""),
    ("}\ntest \"t\" {\ncalled x with ", "a = (", ""),
    ("", "if x {\n", ""),
    ("", "if x {", ""),
    ("", "{", ""),
    ("", "}", ""),
    ("", "a{", ""),
    ("a } b ", "{ a } b ", ""),
    ("if x { ", "a } b {", ""),
    ("", "text \"\n", ""),
    ("", "\"", ""),
    ("x", "\"\\", ""),
    ("x", " ", "y"),
    ("", "header \"\"\"\n", ""),
    ("text \"", "{{", "\""),
    ("text \"", "{{a|", "\""),
    ("text \"", "<<a", "\""),
    ("text \"", "}}", "\""),
    ("text \"", "{ ", "\""),
    ("x ", "{{a ", ""),
    ("set x = ", "(", ""),
    ("set x = ", "(", "1"),
    ("set x = 1", " + (", "1"),
    ("set x = 1", " + 1", ""),
    ("set x = ", "not ", "1"),
    ("", "else\n", ""),
    ("if x { end }\n", "else if x { end }\n", ""),
    ("end\n", "// c\n", "else\n"),
    ("", "}\n x\n", ""),
    ("}\n", "  end\n}\n", ""),
    ("gallery {\n", "card \"a\" {\n}\n  url \"x\"\n}\n", ""),
    ("", "gallery {\n card \"x\" {\n", ""),
    ("", " sequence a {\n", ""),
    ("", "end ", ""),
    ("", "// allow a::b\n", ""),
    ("", "sets a,", ""),
];
