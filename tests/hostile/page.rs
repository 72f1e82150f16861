//! The table of `docs/threat-model.md`: what each attack may cost.

#![expect(clippy::disallowed_methods, reason = "tests read and write the page")]

use std::collections::HashMap;
use std::fs;
use std::sync::Mutex;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/threat-model.md");
/// What was measured so far; an attack has several forms.
static MOST: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);

const KIB: usize = 1 << 10;

/// What the page states in bytes. With `UPDATE_DOCS=1` it is written anew from what was measured: the next power of
/// two above half as much again.
pub(crate) fn stated(attack: &str, measured: usize) -> usize {
    let page = fs::read_to_string(PAGE).unwrap();
    let row = page
        .lines()
        .find(|line| line.starts_with(&format!("| {attack} |")));
    let row = row.unwrap_or_else(|| panic!("{PAGE} has no row for `{attack}`"));
    if std::env::var_os("UPDATE_DOCS").is_none() {
        return bytes(row.rsplit('|').nth(1).unwrap_or_default());
    }
    let mut most = MOST.lock().unwrap();
    let most = most.get_or_insert_default().entry(attack.to_owned()).or_default();
    *most = measured.max(*most);
    let measured = *most;
    let bound = (measured + measured / 2).next_power_of_two().max(64 * KIB);
    let start = row.trim_end_matches('|').rsplit_once('|').unwrap().0;
    fs::write(PAGE, page.replace(row, &format!("{start}| {} |", written(bound)))).unwrap();
    bound
}

fn written(bytes: usize) -> String {
    match bytes / KIB {
        kib if kib >= KIB => format!("{} MiB", kib / KIB),
        kib => format!("{kib} KiB"),
    }
}

fn bytes(written: &str) -> usize {
    let (number, unit) = written.trim().split_once(' ').unwrap();
    number.parse::<usize>().unwrap() * if unit == "MiB" { KIB * KIB } else { KIB }
}

/// Every test that the page names is one of these files, or of those that it says, and every row of the table is measured.
#[test]
fn the_page_names_tests_that_there_are() {
    let _alone = crate::cost::alone();
    let page = fs::read_to_string(PAGE).unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let mut named = 0;
    for part in page.split('[').filter_map(|part| part.split_once("](../")) {
        let (name, rest) = part;
        let (path, _) = rest.split_once(')').unwrap();
        let path = path.split('#').next().unwrap();
        let text = fs::read_to_string(format!("{root}/{path}")).unwrap_or_else(|_| panic!("no {path}"));
        if let Some(test) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
            let is_there = text.contains(&format!("fn {test}(")) || path.ends_with(".flow");
            assert!(is_there, "{path} has no test {test}");
            named += 1;
        }
    }
    assert!(named > 40, "{named} tests are named");
    let (_, table) = page.split_once("| attack |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let tests = ["customers", "endpoints", "flows", "hosts"];
    let tests: String = tests
        .map(|file| fs::read_to_string(format!("{root}/tests/hostile/{file}.rs")).unwrap())
        .concat();
    for row in rows {
        let attack = row.split('|').nth(1).unwrap().trim();
        assert!(
            tests.contains(&format!("\"{attack}\"")),
            "nobody measures `{attack}`"
        );
    }
}
