//! The tests of a flow, checked and ready to run.

use sayflow::syntax::ast::{File, Head};
use sayflow::texts::is_catalog;
use sayflow::{Code, Diagnostic, Engine, Program, Severity, Source, Span, check_with_catalogs, syntax};

use crate::script::{self, Claim, Script, Step};
use crate::stand_in::engine;

/// The tests of a flow, with the flow that they are run against.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
/// use sayflow_test::Suite;
///
/// let flow = r#"
/// on start {
///   text "Hello {{first_name|there}}!"
/// }
///
/// test "greets by name" {
///   given first_name = "Asha"
///   start
///   text "Hello Asha!"
/// }
/// "#;
/// let suite = Suite::load([Source::new("hello.flow", flow)]).map_err(|errors| format!("{errors:?}"))?;
/// assert!(suite.tests().all(|test| test.run().is_ok()));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct Suite {
    sources: Vec<Source>,
    pub(crate) flow: Flow,
    tests: Vec<Loaded>,
}

/// A test of a [`Suite`].
#[derive(Clone, Copy, Debug)]
pub struct Test<'s> {
    pub(crate) suite: &'s Suite,
    pub(crate) loaded: &'s Loaded,
}

#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) source: Source,
    /// Its first line.
    pub(crate) span: Span,
    pub(crate) script: Script,
}

/// A flow that tests are run against, with the claims of the tests compiled into it.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) engine: Engine,
}

impl Suite {
    /// Reads and checks the files of a flow, with its catalogs; their tests are those of the suite.
    ///
    /// # Errors
    ///
    /// Everything that keeps the flow or a test from running.
    pub fn load(sources: impl IntoIterator<Item = Source>) -> Result<Self, Vec<Diagnostic>> {
        let (catalogs, sources): (Vec<Source>, Vec<Source>) = sources.into_iter().partition(is_catalog);
        let (files, found) = parse(&sources);
        let tests: Vec<_> = files.iter().flat_map(tests_of).collect();
        let flow = Flow::check((files, found), &catalogs, claims(&tests))?;
        // The checker has told why, unless it and the reader do not agree; a test that is left out would pass.
        let unread = tests.iter().filter(|(_, script)| script.is_none());
        let unread: Vec<Diagnostic> = unread
            .map(|(test, _)| {
                let message = format!("test {:?} cannot be run", test.name);
                Diagnostic::new(Code::TestFailed, &test.source, test.span, message)
            })
            .collect();
        if !unread.is_empty() {
            return Err(unread);
        }
        let mut next = 0;
        Ok(Self {
            sources,
            flow,
            tests: tests
                .into_iter()
                .filter_map(|(mut loaded, script)| {
                    loaded.script = script?;
                    number(&mut loaded.script, &mut next);
                    Some(loaded)
                })
                .collect(),
        })
    }

    /// The tests, file by file and in the order of their lines.
    pub fn tests(&self) -> impl Iterator<Item = Test<'_>> {
        let test = |loaded| Test { suite: self, loaded };
        self.tests.iter().map(test)
    }

    /// The files of the flow, without its catalogs.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    pub(crate) fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.tests.iter().flat_map(|test| claims_of(&test.script))
    }
}

impl<'s> Test<'s> {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'s str {
        &self.loaded.name
    }

    /// The file that it stands in.
    #[must_use]
    pub fn source(&self) -> &'s Source {
        &self.loaded.source
    }

    /// Its first line, `test "…"`.
    #[must_use]
    pub fn span(&self) -> Span {
        self.loaded.span
    }
}

impl Flow {
    /// Checks a flow together with what the claims of its tests ask.
    pub(crate) fn load<'c>(
        sources: &[Source],
        claims: impl IntoIterator<Item = &'c Claim>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let (catalogs, sources): (Vec<Source>, Vec<Source>) = sources.iter().cloned().partition(is_catalog);
        Self::check(parse(&sources), &catalogs, claims)
    }

    fn check<'c>(
        (mut files, mut found): Parsed,
        catalogs: &[Source],
        claims: impl IntoIterator<Item = &'c Claim>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let claims: String = claims.into_iter().enumerate().map(sequence).collect();
        if !claims.is_empty() {
            // Alone first, so that what is wrong is told where it stands.
            runs(check_with_catalogs(&files, catalogs, found.clone()))?;
            let (file, of_claims) = syntax::parse(&Source::new("expect", claims));
            files.push(file);
            found.extend(of_claims);
        }
        let program = runs(check_with_catalogs(&files, catalogs, found))?;
        Ok(Self {
            engine: engine(&program),
        })
    }
}

/// The trees of a flow and what was found while they were read.
type Parsed = (Vec<File>, Vec<Diagnostic>);

fn parse(sources: &[Source]) -> Parsed {
    let (files, found): (Vec<_>, Vec<_>) = sources.iter().map(syntax::parse).unzip();
    (files, found.into_iter().flatten().collect())
}

/// The program, or the errors that it has.
fn runs((program, found): (Option<Program>, Vec<Diagnostic>)) -> Result<Program, Vec<Diagnostic>> {
    program.ok_or_else(|| {
        let errors = found.into_iter();
        errors
            .filter(|found| found.severity() == Severity::Error)
            .collect()
    })
}

/// A sequence that says something where a claim holds.
fn sequence((number, claim): (usize, &Claim)) -> String {
    let name = claim_name(number);
    let condition = &claim.condition;
    format!("sequence {name} {{\n  if {condition} {{\n    text \"holds\"\n  }}\n}}\n")
}

/// The sequence that works a claim out.
pub(crate) fn claim_name(number: usize) -> String {
    format!("expected_of_a_test_{number}")
}

fn claims_of(script: &Script) -> impl Iterator<Item = &Claim> {
    script.lines.iter().flat_map(|line| match &line.step {
        Step::Expect(claims) => claims.as_slice(),
        _ => &[],
    })
}

fn claims(tests: &[(Loaded, Option<Script>)]) -> impl Iterator<Item = &Claim> {
    tests
        .iter()
        .flat_map(|(_, script)| script.iter().flat_map(claims_of))
}

/// Gives each claim its number among those of all tests.
fn number(script: &mut Script, next: &mut usize) {
    for line in &mut script.lines {
        if let Step::Expect(claims) = &mut line.step {
            for claim in claims {
                claim.number = *next;
                *next += 1;
            }
        }
    }
}

fn tests_of(file: &File) -> Vec<(Loaded, Option<Script>)> {
    file.nodes()
        .filter_map(|node| {
            let Head::Test { name } = &node.head else {
                return None;
            };
            let loaded = Loaded {
                name: name.plain(&file.source),
                source: file.source.clone(),
                span: node.span,
                script: Script { lines: Vec::new() },
            };
            Some((loaded, script::read(&file.source, node)))
        })
        .collect()
}
