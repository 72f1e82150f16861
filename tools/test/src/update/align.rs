//! Which expected things stay, which become another, and what is new, where something else was said.

/// One of the expected things, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Must come next.
    Is,
    /// `...`
    Skip,
    /// Has no place among the others, and stays: a promise that is broken is for people to take back.
    Aside,
}

/// What becomes of an expected thing, or of one that was said. The numbers are places among the expected and
/// among the said things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Keep(usize),
    Replace(usize, usize),
    Remove(usize),
    Insert(usize),
}

/// How well an expected and a said thing go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It is as expected.
    Fits,
    /// It is of the same kind.
    Like,
    Unlike,
}

const REPLACED: usize = 2;
const REPLACED_BY_ANOTHER_KIND: usize = 5;
const REMOVED: usize = 4;
const INSERTED: usize = 4;

/// The cheapest steps after which everything that was said is expected.
pub(super) fn align(wanted: &[Want], said: usize, likeness: impl Fn(usize, usize) -> Likeness) -> Vec<Step> {
    let mut table = Table {
        wanted,
        said,
        likeness: &likeness,
        best: vec![None; (wanted.len() + 1) * (said + 1) * 2],
    };
    // From the end, so that what a cell asks for is there.
    for want in (0..=wanted.len()).rev() {
        for at in (0..=said).rev() {
            for may_skip in [true, false] {
                let place = Place { want, at, may_skip };
                let best = table.choose(place);
                if let Some(cell) = table.best.get_mut(place.index(said)) {
                    *cell = Some(best);
                }
            }
        }
    }
    table.steps()
}

#[derive(Clone, Copy, Debug)]
struct Place {
    want: usize,
    at: usize,
    may_skip: bool,
}

/// What it costs from a place to the end, and the step that is taken there.
type Best = (usize, Option<Step>, Option<Place>);

struct Table<'t, L> {
    wanted: &'t [Want],
    said: usize,
    likeness: &'t L,
    best: Vec<Option<Best>>,
}

impl Place {
    fn index(self, said: usize) -> usize {
        (self.want * (said + 1) + self.at) * 2 + usize::from(self.may_skip)
    }

    fn next_want(self, may_skip: bool) -> Self {
        Self {
            want: self.want + 1,
            may_skip,
            ..self
        }
    }

    fn next_said(self) -> Self {
        Self {
            at: self.at + 1,
            ..self
        }
    }

    fn next_both(self) -> Self {
        Self {
            want: self.want + 1,
            at: self.at + 1,
            may_skip: false,
        }
    }
}

impl<L: Fn(usize, usize) -> Likeness> Table<'_, L> {
    fn choose(&self, place: Place) -> Best {
        let Place { want, at, may_skip } = place;
        let is_more = at < self.said;
        let mut ways: Vec<(usize, Option<Step>, Place)> = Vec::new();
        let likeness = match self.wanted.get(want) {
            None if is_more => None,
            None => return (0, None, None),
            Some(Want::Skip) => return self.cost((0, Some(Step::Keep(want)), place.next_want(true))),
            Some(Want::Aside) => return self.cost((0, Some(Step::Keep(want)), place.next_want(may_skip))),
            Some(Want::Is) => {
                ways.push((REMOVED, Some(Step::Remove(want)), place.next_want(may_skip)));
                is_more.then(|| (self.likeness)(want, at))
            }
        };
        match likeness {
            // Behind `...` the first that fits is taken.
            Some(Likeness::Fits) => {
                let kept = self.cost((0, Some(Step::Keep(want)), place.next_both()));
                if may_skip {
                    return kept;
                }
                ways.push((0, Some(Step::Keep(want)), place.next_both()));
            }
            Some(Likeness::Like) => ways.push((REPLACED, Some(Step::Replace(want, at)), place.next_both())),
            Some(Likeness::Unlike) => {
                let replaced = Some(Step::Replace(want, at));
                ways.push((REPLACED_BY_ANOTHER_KIND, replaced, place.next_both()));
            }
            None => {}
        }
        if is_more && may_skip {
            ways.push((0, None, place.next_said()));
        } else if is_more {
            ways.push((INSERTED, Some(Step::Insert(at)), place.next_said()));
        }
        let costs = ways.into_iter().map(|way| self.cost(way));
        costs.min_by_key(|(cost, ..)| *cost).unwrap_or((0, None, None))
    }

    fn cost(&self, (own, step, next): (usize, Option<Step>, Place)) -> Best {
        let rest = self.best.get(next.index(self.said)).copied().flatten();
        let rest = rest.map_or(0, |(cost, ..)| cost);
        (own + rest, step, Some(next))
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut place = Some(Place {
            want: 0,
            at: 0,
            may_skip: false,
        });
        while let Some(here) = place {
            let Some((_, step, next)) = self.best.get(here.index(self.said)).copied().flatten() else {
                break;
            };
            steps.extend(step);
            place = next;
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected and said things as letters: capitals fit by kind only, `.` skips.
    fn aligned(expected: &str, said: &str) -> String {
        let expected: Vec<char> = expected.chars().collect();
        let said: Vec<char> = said.chars().collect();
        let wanted: Vec<Want> = expected
            .iter()
            .map(|it| if *it == '.' { Want::Skip } else { Want::Is })
            .collect();
        let likeness = |want: usize, at: usize| match expected[want] == said[at] {
            true => Likeness::Fits,
            false => Likeness::Like,
        };
        let written = align(&wanted, said.len(), likeness)
            .into_iter()
            .map(|step| match step {
                Step::Keep(want) => expected[want].to_string(),
                Step::Replace(want, at) => format!("({}>{})", expected[want], said[at]),
                Step::Remove(want) => format!("-{}", expected[want]),
                Step::Insert(at) => format!("+{}", said[at]),
            });
        written.collect()
    }

    #[test]
    fn as_little_as_possible_is_changed() {
        for (expected, said, steps) in [
            ("ab", "ab", "ab"),
            ("ab", "xb", "(a>x)b"),
            ("ab", "b", "-ab"),
            ("b", "ab", "+ab"),
            ("a", "abc", "a+b+c"),
            ("a.", "abc", "a."),
            ("a.z", "abcy", "a.(z>y)"),
            (".a", "aba", ".a+b+a"),
            (".", "", "."),
            ("ab", "", "-a-b"),
        ] {
            assert_eq!(aligned(expected, said), steps, "{expected} {said}");
        }
    }
}
