//! A conversation as people read it.

use std::fmt;

use serde::Serialize;

/// A conversation, turn by turn, in the words of a test: stable from run to run and without secrets, so that
/// it can be kept as a snapshot.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
/// use sayflow_test::Suite;
///
/// let flow = r#"
/// on start {
///   text "Hello!"
/// }
/// test "greets" {
///   start
///   text "Hello!"
/// }
/// "#;
/// let suite = Suite::load([Source::new("hello.flow", flow)]).map_err(|errors| format!("{errors:?}"))?;
/// let test = suite.tests().next().ok_or("no test")?;
/// assert_eq!(test.run().transcript().to_string(), "greets\n\n> start\ntext \"Hello!\"\n");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Transcript {
    /// What the conversation is called.
    pub name: String,
    /// Its turns, in order.
    pub turns: Vec<TranscriptTurn>,
}

/// A turn of a [`Transcript`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TranscriptTurn {
    /// What happened, as a test writes it: `customer "12"`.
    pub input: String,
    /// What was said and done, as the lines of a test that expect it.
    pub said: Vec<String>,
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        for turn in &self.turns {
            writeln!(f, "\n> {}", turn.input)?;
            for line in &turn.said {
                writeln!(f, "{line}")?;
            }
        }
        Ok(())
    }
}
