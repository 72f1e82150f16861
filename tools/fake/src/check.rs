//! What is to be said about the files of a flow before it is faked, all at once.

use sayflow::{Outcome, Program};

use crate::Settings;
use crate::folder::Folder;
use crate::route::Routes;
use crate::script::{Content, impossible};
use sayflow_kit::nearest::did_you_mean;

/// What is to be said about the files of a flow before it is faked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Mistakes: the calls that need it would fail.
    pub errors: Vec<String>,
    /// What may surprise.
    pub notes: Vec<String>,
}

/// Looks at the files of a flow and at the outcomes asked for.
#[must_use]
pub fn check(program: &Program, settings: &Settings) -> Report {
    let routes = Routes::new(program.clone());
    let folder = Folder::beside(&settings.folder);
    let mut report = Report::default();
    for (api, outcome) in &settings.outcomes {
        report.errors.extend(wrong_outcome(program, api, *outcome));
    }
    report.errors.sort();
    let mut without_file = Vec::new();
    for api in program.apis() {
        match folder.read(&api, &routes).map(|file| file.content) {
            None if settings.outcomes.contains_key(api.name()) => {}
            None => without_file.push(api.name()),
            Some(Err(mistakes)) => report.errors.extend(mistakes),
            Some(Ok(Content::Body(Some(why)))) => {
                report.notes.push(format!("{}: {why}", Folder::name(api.name())));
            }
            Some(Ok(_)) => {}
        }
    }
    if !without_file.is_empty() {
        let names = without_file.join(", ");
        report
            .notes
            .push(format!("the replies of {names} are made up: no file in fake/"));
    }
    report.notes.extend(folder.strangers(program));
    let alike = routes.alike().into_iter();
    report.notes.extend(alike.map(|(taken, other)| {
        format!("requests for {taken} and {other} look alike: all of them go to {taken}")
    }));
    report
}

/// Why an API cannot be told to end so; `None` where it can.
fn wrong_outcome(program: &Program, api: &str, outcome: Outcome) -> Option<String> {
    match program.apis().find(|known| known.name() == api) {
        Some(known) => impossible(outcome, known.output()),
        None => {
            let near = did_you_mean(api, program.apis().map(|known| known.name()), "APIs");
            Some(format!("the flow has no API `{api}`: {near}"))
        }
    }
}
