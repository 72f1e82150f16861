//! `docs/channels.md` has the table of limits. With `UPDATE_DOCS=1` it is written anew.

use std::fmt::Write as _;
use std::{env, fs};

use sayflow::channel::{Channel, Limit, Unit};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/channels.md");
const MARK: &str = "<!-- The tables are written by a test: UPDATE_DOCS=1 cargo test --test channels -->\n";

fn row(limit: &Limit) -> String {
    let most = match limit.unit {
        Unit::Items => limit.max.to_string(),
        unit => format!("{} {unit}", limit.max),
    };
    format!(
        "| {} | {most} | [{}]({}) |\n",
        limit.part.as_str(),
        limit.says,
        limit.source
    )
}

fn tables() -> String {
    let mut tables = String::new();
    for channel in Channel::ALL
        .into_iter()
        .filter(|channel| channel.limits().next().is_some())
    {
        let rows: String = channel.limits().map(row).collect();
        let head = "| what | at most | what the vendor says |\n| --- | --- | --- |\n";
        write!(tables, "\n### {}\n\n{head}{rows}", channel.name()).unwrap();
    }
    tables
}

#[test]
fn the_page_has_every_limit_with_its_source() {
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, _) = page.split_once(MARK).unwrap();
    let expected = format!("{before}{MARK}{}", tables());
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, &expected).unwrap();
    }
    let page = fs::read_to_string(PAGE).unwrap();
    assert!(
        page == expected,
        "docs/channels.md is not what the table says: run with UPDATE_DOCS=1"
    );
    for channel in Channel::ALL {
        assert!(before.contains(&format!("`{channel}`")), "{channel}");
    }
}
