//! Reading a trace: notes become lines of the flow.

use super::{Note, What};
use crate::interpreter::Steps;
use crate::program::lines::Lines;
use crate::source::{Source, Span};

/// Something that happened at a line of the flow; [`Steps::trace`] gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traced<'s> {
    /// The file.
    pub source: &'s Source,
    /// The head of the line, from its first word to its last.
    pub span: Span,
    /// For an `if`, `else if` or `once`: whether what stands below it runs. For an option with a condition:
    /// whether it is shown. For an `ask` to which an answer came: whether it was right. `None` for a line that
    /// just runs.
    pub holds: Option<bool>,
}

/// With the feature `unstable-trace`: which lines of the flow ran.
impl Steps<'_> {
    /// The line of the flow behind the effect that [`advance`](Self::advance) gave last, with its file.
    ///
    /// A question that is said again has its `retry` or `ask`, an `else "…"` its text; a block has its own
    /// line also where it waited for calls. `None` before the first effect, for
    /// [`Effect::Wait`](crate::Effect::Wait), and where nothing had run yet. The handlers that a flow has
    /// without writing them are in a file named `defaults.flow`.
    ///
    /// # Examples
    ///
    /// A test that fails says which line spoke:
    ///
    /// ```
    /// use sayflow::{Customer, Engine, Input, Program, Session, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?);
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// steps.advance()?;
    /// let (source, span) = steps.place().ok_or("nothing spoke")?;
    /// assert_eq!(source.slice(span), "text \"Hi!\"");
    /// assert_eq!(source.position(span.start).line, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn place(&self) -> Option<(&Source, Span)> {
        let note = self.trace.notes.get(self.trace.given?)?;
        let (lines, span) = self.line(*note)?;
        Some((&lines.source, span))
    }

    /// What the turn has run so far, in order.
    ///
    /// A sequence or handler is there with its head when it is entered, and so is a branch when it is
    /// taken: `else`, `no match`, `no reply`, and the `retry` that is said. An `ask` is there once more for
    /// each answer to it, before what the answer leads to, and whenever it is said again without a `retry`.
    /// An option with a condition is there with its title, behind its block.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
    ///
    /// let source = Source::new("hi.flow", r#"
    /// attribute vip: yes/no = no
    /// on start {
    ///   if vip {
    ///     text "Welcome back!"
    ///   } else {
    ///     text "Hi!"
    ///   }
    /// }
    /// "#);
    /// let engine = Engine::new(Program::load([source])?);
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// while !matches!(steps.advance()?, Effect::Wait(_)) {}
    /// let ran: Vec<_> = steps.trace().map(|line| (line.source.slice(line.span), line.holds)).collect();
    /// assert_eq!(ran, [
    ///     ("on start", None),
    ///     ("if vip", Some(false)),
    ///     ("else", None),
    ///     ("text \"Hi!\"", None),
    /// ]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn trace(&self) -> impl Iterator<Item = Traced<'_>> {
        self.trace.notes.iter().flat_map(|note| {
            let holds = match note.what {
                What::Held(holds) | What::Answered(holds) | What::Option(_, holds) => Some(holds),
                What::Ran | What::Branch(_) | What::SaidAgain => None,
            };
            let head = self.head_entered(*note).map(|line| (line, None));
            let line = self.line(*note).map(|line| (line, holds));
            let both = head.into_iter().chain(line);
            both.map(|((lines, span), holds)| Traced {
                source: &lines.source,
                span,
                holds,
            })
        })
    }

    /// The line that a note is about; `None` where the flow has none, as for a jump.
    fn line(&self, note: Note) -> Option<(&Lines, Span)> {
        let Note { at, what } = note;
        let lines = &self.data.body(at.body)?.lines;
        let line = match what {
            What::Branch(to) => lines.branch(at.pc, to),
            What::Option(title, _) => Some(title),
            What::Ran | What::Held(_) | What::Answered(_) | What::SaidAgain => {
                lines.operations.get(at.pc as usize).copied()
            }
        };
        Some((lines, line.filter(|line| !line.is_empty())?))
    }

    /// The head of the body that a note enters, where it does. Nothing leads back to the first
    /// operation of a body, so whoever runs it has come in.
    fn head_entered(&self, note: Note) -> Option<(&Lines, Span)> {
        let lines = &self.data.body(note.at.body)?.lines;
        let enters = note.at.pc == 0 && matches!(note.what, What::Ran | What::Held(_));
        (enters && !lines.head.is_empty()).then_some((lines, lines.head))
    }
}
