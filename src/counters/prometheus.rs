//! Counters in the text format of Prometheus.

use std::fmt::{self, Display, Write};

use super::Counters;
use crate::outcome::Outcome;
use crate::settings::Limit;
use crate::wire::Word;

/// Every metric: its help, its type, its samples.
pub(super) fn exposition(counters: &Counters) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_all(&mut text, counters);
    text
}

fn write_all(out: &mut String, counters: &Counters) -> fmt::Result {
    let totals = [
        ("turns", "Turns run to their end.", counters.turns),
        ("repeats", "Inputs that were delivered again.", counters.repeats),
        ("blocks", "Blocks shown.", counters.blocks),
        ("actions", "Actions asked of the host.", counters.actions),
        ("handovers", "Customers handed to a person.", counters.handovers),
        (
            "left_alone",
            "Inputs left alone while the bot is disabled.",
            counters.left_alone,
        ),
        (
            "value_errors",
            "Values that could not be worked out.",
            counters.value_errors,
        ),
    ];
    for (name, help, count) in totals {
        counter(out, name, help)?;
        writeln!(out, "sayflow_{name}_total {count}")?;
    }
    counter(
        out,
        "restored",
        "Conversations whose place was gone from an edited flow.",
    )?;
    for (how, count) in [("restarted", counters.restarted), ("lost", counters.lost)] {
        writeln!(out, "sayflow_restored_total{{how=\"{how}\"}} {count}")?;
    }
    counter(out, "limits_reached", "Limits that a turn has reached.")?;
    for limit in Limit::ALL.map(Limit::name) {
        let count = counters.limits.get(limit).copied().unwrap_or_default();
        writeln!(out, "sayflow_limits_reached_total{{limit=\"{limit}\"}} {count}")?;
    }
    counter(out, "refusals", "Inputs that the engine refused.")?;
    for (kind, count) in &counters.refusals {
        writeln!(out, "sayflow_refusals_total{{kind=\"{}\"}} {count}", Word(kind))?;
    }
    write_calls(out, counters)?;
    write_latencies(out, counters)
}

fn counter(out: &mut String, name: &str, help: &str) -> fmt::Result {
    writeln!(
        out,
        "# HELP sayflow_{name}_total {help}\n# TYPE sayflow_{name}_total counter"
    )
}

/// Every outcome of an API that was called, so that the first failure of a kind is an increase, too.
fn write_calls(out: &mut String, counters: &Counters) -> fmt::Result {
    counter(out, "calls", "Calls by API and outcome.")?;
    for (api, calls) in &counters.calls {
        let api = Escaped(api);
        for outcome in Outcome::ALL {
            let count = calls.outcomes.get(&outcome).copied().unwrap_or_default();
            writeln!(
                out,
                "sayflow_calls_total{{api=\"{api}\",outcome=\"{outcome}\"}} {count}"
            )?;
        }
    }
    Ok(())
}

fn write_latencies(out: &mut String, counters: &Counters) -> fmt::Result {
    const NAME: &str = "sayflow_call_duration_seconds";
    writeln!(
        out,
        "# HELP {NAME} How long calls that were sent took.\n# TYPE {NAME} histogram"
    )?;
    for (api, calls) in &counters.calls {
        let (api, latencies) = (Escaped(api), &calls.latencies);
        for (bound, count) in latencies.cumulative() {
            writeln!(out, "{NAME}_bucket{{api=\"{api}\",le=\"{bound:?}\"}} {count}")?;
        }
        let (count, sum) = (latencies.count, latencies.sum().as_secs_f64());
        writeln!(out, "{NAME}_bucket{{api=\"{api}\",le=\"+Inf\"}} {count}")?;
        writeln!(out, "{NAME}_sum{{api=\"{api}\"}} {sum}")?;
        writeln!(out, "{NAME}_count{{api=\"{api}\"}} {count}")?;
    }
    Ok(())
}

/// A value of a label. An API's name needs no escape; what was read from JSON may.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            char => f.write_char(char),
        })
    }
}
