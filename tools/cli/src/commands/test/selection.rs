//! Which of the tests are run.

use clap::Args;
use sayflow_kit::nearest::did_you_mean;
use sayflow_test::Test;

use crate::exit::Stop;

/// The tests that are meant, by their names.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Only tests with this in their names; said twice, those with one or the other
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,

    /// Take the text of `--filter` for the whole name
    #[arg(long, requires = "filter")]
    exact: bool,
}

impl Selection {
    /// The chosen ones of these tests.
    ///
    /// Naming tests and meeting none of them is a mistake, not a success.
    pub(super) fn choose<'s>(&self, all: Vec<Test<'s>>) -> Result<Vec<Test<'s>>, Stop> {
        let names: Vec<&str> = all.iter().map(|test| test.name()).collect();
        for wanted in &self.filter {
            if !names.is_empty() && !names.iter().any(|name| self.fits(wanted, name)) {
                return Err(self.nobody(wanted, &names));
            }
        }
        let is_chosen = |test: &Test<'_>| {
            self.filter.is_empty() || self.filter.iter().any(|wanted| self.fits(wanted, test.name()))
        };
        Ok(all.into_iter().filter(is_chosen).collect())
    }

    fn fits(&self, wanted: &str, name: &str) -> bool {
        if self.exact {
            name == wanted
        } else {
            name.contains(wanted)
        }
    }

    fn nobody(&self, wanted: &str, names: &[&str]) -> Stop {
        let near = did_you_mean(wanted, names.iter().copied(), "tests");
        let how = if self.exact {
            "is called"
        } else {
            "has in its name"
        };
        Stop::misuse(format!("no test {how} `{wanted}`: {near}"))
    }
}
