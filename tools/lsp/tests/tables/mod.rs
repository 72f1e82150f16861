//! The flows that show the findings of the checker.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;

/// A flow as files with their texts.
pub(crate) type Files = Vec<(String, String)>;

/// The flows of a table, by their names.
pub(crate) fn cases(table: &str) -> Vec<(String, Files)> {
    let folder = format!("{}/../../tests/{table}", env!("CARGO_MANIFEST_DIR"));
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "flow"))
        .collect();
    paths.sort();
    let named = paths.into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, files(&fs::read_to_string(path).unwrap()))
    });
    // The server does not look at catalogs.
    let is_flow = |(name, _): &(String, String)| name.ends_with(".flow");
    named.filter(|(_, files)| files.iter().all(is_flow)).collect()
}

/// One file, or several below lines `// file: NAME`.
fn files(text: &str) -> Files {
    let mut files: Files = Vec::new();
    // Editors do not show the mark that may begin a file.
    let text = text.trim_start_matches('\u{feff}');
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("// file: ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => {
                if files.is_empty() {
                    files.push(("shop.flow".to_owned(), String::new()));
                }
                files.last_mut().unwrap().1.push_str(line);
            }
        }
    }
    files
}
