//! A call as one JSON object, for programs.

use sayflow::{Block, Outcome, Problem};
use serde::Serialize;

use super::{Shown, Trial};
use crate::conversation::Changes;
use crate::exit::Stop;
use crate::visible::in_json;

/// Every key is always there.
#[derive(Serialize)]
struct Written<'t> {
    api: Option<&'t str>,
    outcome: Outcome,
    status: Option<u16>,
    block: Option<&'t Block>,
    attributes: &'t Changes,
    problems: Vec<WrittenProblem<'t>>,
    /// The reply's own, or why none came.
    message: Option<&'t str>,
    limit: Option<&'t str>,
    elapsed_ms: u128,
    request: Option<&'t Shown>,
}

#[derive(Serialize)]
struct WrittenProblem<'t> {
    code: &'static str,
    message: &'t str,
    pointer: &'t str,
    expected: &'t str,
    found: &'t str,
    help: Option<&'t str>,
}

/// A request on one line.
pub(crate) fn request_json(request: &Shown) -> Result<String, Stop> {
    written(request)
}

/// The call on one line, `api` being what was called.
pub(crate) fn json(trial: &Trial, api: Option<&str>) -> Result<String, Stop> {
    let report = &trial.report;
    written(&Written {
        api,
        outcome: report.outcome,
        status: report.status,
        block: trial.block.as_ref(),
        attributes: &trial.attributes,
        problems: report.problems().iter().map(problem).collect(),
        message: report.message.as_deref(),
        limit: trial.limit.as_deref(),
        elapsed_ms: report.elapsed.as_millis(),
        request: trial.request.as_ref(),
    })
}

fn written(value: &impl Serialize) -> Result<String, Stop> {
    let json = serde_json::to_string(value).map_err(|error| Stop::misuse(error.to_string()))?;
    Ok(in_json(&json))
}

fn problem(problem: &Problem) -> WrittenProblem<'_> {
    WrittenProblem {
        code: problem.code.as_str(),
        message: &problem.message,
        pointer: &problem.pointer,
        expected: &problem.expected,
        found: &problem.found,
        help: problem.help.as_deref(),
    }
}
