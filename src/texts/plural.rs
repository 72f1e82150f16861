//! `Plural-Forms`: how many forms a language has, and which one a number takes.
//!
//! The rule is an expression of C over `n` (gettext manual, "Plural forms"). It is put into postfix
//! order with a stack of operators, so that neither reading nor working it out recurses, and a rule
//! of any file is bounded in time and memory.

use std::iter::Peekable;
use std::str::Chars;

/// The most operators and numbers in a rule. The longest of gettext's own table has 43.
const MOST_STEPS: usize = 256;

/// The most forms that a language may have. Arabic has six.
const MOST_FORMS: usize = 32;

/// How many forms a language has, and which one a number takes.
///
/// # Examples
///
/// ```
/// use sayflow::texts::Plurals;
///
/// let polish = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);";
/// let polish = Plurals::read(polish)?;
/// assert_eq!([1, 3, 5, 22].map(|count| polish.form(count)), [0, 1, 2, 1]);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plurals {
    forms: usize,
    rule: Vec<Step>,
}

/// A step of a rule in postfix order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Count,
    Number(u64),
    Not,
    Binary(Operator),
    /// Takes condition and both values; it has no effects, so both may be worked out.
    Choose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What waits for its right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Open,
    Not,
    Binary(Operator),
    /// A `?` whose `:` is to come.
    Question,
    /// A `?` behind its `:`.
    Colon,
}

impl Operator {
    /// How tightly it binds.
    const fn strength(self) -> u8 {
        match self {
            Self::Or => 2,
            Self::And => 3,
            Self::Equal | Self::NotEqual => 4,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 5,
            Self::Add | Self::Subtract => 6,
            Self::Multiply | Self::Divide | Self::Remainder => 7,
        }
    }

    /// `None` where there is no result: a division by zero, a number out of range.
    fn apply(self, left: u64, right: u64) -> Option<u64> {
        Some(match self {
            Self::Or => u64::from(left != 0 || right != 0),
            Self::And => u64::from(left != 0 && right != 0),
            Self::Equal => u64::from(left == right),
            Self::NotEqual => u64::from(left != right),
            Self::Less => u64::from(left < right),
            Self::LessOrEqual => u64::from(left <= right),
            Self::Greater => u64::from(left > right),
            Self::GreaterOrEqual => u64::from(left >= right),
            Self::Add => left.checked_add(right)?,
            Self::Subtract => left.checked_sub(right)?,
            Self::Multiply => left.checked_mul(right)?,
            Self::Divide => left.checked_div(right)?,
            Self::Remainder => left.checked_rem(right)?,
        })
    }
}

impl Waiting {
    const fn strength(self) -> u8 {
        match self {
            Self::Open | Self::Question => 0,
            Self::Colon => 1,
            Self::Binary(operator) => operator.strength(),
            Self::Not => 8,
        }
    }
}

impl Plurals {
    /// Reads the value of a `Plural-Forms` header.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(header: &str) -> Result<Self, &'static str> {
        let mut forms = None;
        let mut rule = None;
        for part in header.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once('=').map(|(name, value)| (name.trim(), value)) {
                Some(("nplurals", value)) => forms = value.trim().parse::<usize>().ok(),
                Some(("plural", value)) => rule = Some(value),
                _ => return Err("it reads `nplurals=2; plural=(n != 1);`"),
            }
        }
        let forms = forms
            .filter(|forms| (1..=MOST_FORMS).contains(forms))
            .ok_or("`nplurals` is no number from 1 to 32")?;
        let rule = postfix(rule.ok_or("`plural` is missing")?)?;
        Ok(Self { forms, rule })
    }

    /// How many forms there are; at least one.
    #[must_use]
    pub fn forms(&self) -> usize {
        self.forms
    }

    /// The form that a number takes, from 0; the last one where the rule has no answer.
    #[must_use]
    pub fn form(&self, count: u64) -> usize {
        let form = self.result(count).and_then(|form| usize::try_from(form).ok());
        form.unwrap_or(usize::MAX).min(self.forms - 1)
    }

    /// Whether a form is for one number alone, which it then need not repeat: "one shirt".
    #[must_use]
    pub fn is_for_one_number(&self, form: usize) -> bool {
        // Every rule in use repeats after 100, or after 1000 for millions.
        const ENOUGH: u64 = 1001;
        (0..=ENOUGH)
            .filter(|count| self.form(*count) == form)
            .nth(1)
            .is_none()
    }

    fn result(&self, count: u64) -> Option<u64> {
        let mut stack: Vec<Option<u64>> = Vec::new();
        for step in &self.rule {
            let value = match *step {
                Step::Count => Some(count),
                Step::Number(number) => Some(number),
                Step::Not => stack.pop()?.map(|value| u64::from(value == 0)),
                Step::Binary(operator) => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    short_cut(operator, left).or_else(|| operator.apply(left?, right?))
                }
                Step::Choose => {
                    let (no, yes, condition) = (stack.pop()?, stack.pop()?, stack.pop()?);
                    condition.and_then(|condition| if condition == 0 { no } else { yes })
                }
            };
            stack.push(value);
        }
        stack.pop()?
    }
}

/// The result that needs no right side, which may have none.
fn short_cut(operator: Operator, left: Option<u64>) -> Option<u64> {
    match (operator, left?) {
        (Operator::And, 0) => Some(0),
        (Operator::Or, left) if left != 0 => Some(1),
        _ => None,
    }
}

/// A rule in postfix order.
fn postfix(rule: &str) -> Result<Vec<Step>, &'static str> {
    const VALUE: &str = "its rule lacks `n` or a number";
    let mut reader = Reader {
        letters: rule.chars().peekable(),
        steps: Vec::new(),
        waiting: Vec::new(),
    };
    let mut wants_value = true;
    while let Some(letter) = reader.next() {
        if reader.steps.len() + reader.waiting.len() > MOST_STEPS {
            return Err("its rule is too long");
        }
        wants_value = match (letter, wants_value) {
            ('n', true) => reader.value(Step::Count),
            ('0'..='9', true) => {
                let number = reader.number(letter)?;
                reader.value(Step::Number(number))
            }
            ('(', true) => reader.wait(Waiting::Open),
            ('!', true) => reader.wait(Waiting::Not),
            (_, true) => return Err(VALUE),
            (')', false) => reader.close()?,
            ('?', false) => reader.question()?,
            (':', false) => reader.colon()?,
            (letter, false) => {
                let operator = reader.operator(letter).ok_or("its rule has an unknown sign")?;
                reader.binary(operator)?
            }
        };
    }
    if wants_value {
        return Err(VALUE);
    }
    reader.finish()
}

struct Reader<'r> {
    letters: Peekable<Chars<'r>>,
    steps: Vec<Step>,
    waiting: Vec<Waiting>,
}

/// Each method that takes a sign says whether a value comes next.
impl Reader<'_> {
    /// The next letter that is no blank.
    fn next(&mut self) -> Option<char> {
        self.letters.find(|letter| !letter.is_whitespace())
    }

    fn number(&mut self, first: char) -> Result<u64, &'static str> {
        let mut digits = String::from(first);
        while let Some(digit) = self.letters.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().map_err(|_| "a number in its rule is too large")
    }

    fn operator(&mut self, letter: char) -> Option<Operator> {
        let mut followed_by = |wanted: char| self.letters.next_if_eq(&wanted).is_some();
        Some(match letter {
            '|' if followed_by('|') => Operator::Or,
            '&' if followed_by('&') => Operator::And,
            '=' if followed_by('=') => Operator::Equal,
            '!' if followed_by('=') => Operator::NotEqual,
            '<' if followed_by('=') => Operator::LessOrEqual,
            '<' => Operator::Less,
            '>' if followed_by('=') => Operator::GreaterOrEqual,
            '>' => Operator::Greater,
            '+' => Operator::Add,
            '-' => Operator::Subtract,
            '*' => Operator::Multiply,
            '/' => Operator::Divide,
            '%' => Operator::Remainder,
            _ => return None,
        })
    }

    fn value(&mut self, value: Step) -> bool {
        self.steps.push(value);
        false
    }

    fn wait(&mut self, waiting: Waiting) -> bool {
        self.waiting.push(waiting);
        true
    }

    fn binary(&mut self, operator: Operator) -> Result<bool, &'static str> {
        self.settle(operator.strength())?;
        Ok(self.wait(Waiting::Binary(operator)))
    }

    fn question(&mut self) -> Result<bool, &'static str> {
        // `a ? b : c ? d : e` groups to the right: only what binds tighter is settled.
        self.settle(Waiting::Colon.strength() + 1)?;
        Ok(self.wait(Waiting::Question))
    }

    fn colon(&mut self) -> Result<bool, &'static str> {
        self.settle(Waiting::Colon.strength())?;
        match self.waiting.pop() {
            Some(Waiting::Question) => Ok(self.wait(Waiting::Colon)),
            _ => Err("its rule has a `:` without `?`"),
        }
    }

    fn close(&mut self) -> Result<bool, &'static str> {
        self.settle(Waiting::Colon.strength())?;
        match self.waiting.pop() {
            Some(Waiting::Open) => Ok(false),
            _ => Err("its rule has a bracket too many"),
        }
    }

    /// Moves what waits and binds at least so tightly to the steps.
    fn settle(&mut self, strength: u8) -> Result<(), &'static str> {
        while let Some(waiting) = self.waiting.pop_if(|waiting| waiting.strength() >= strength) {
            self.steps.push(match waiting {
                Waiting::Not => Step::Not,
                Waiting::Binary(operator) => Step::Binary(operator),
                Waiting::Colon => Step::Choose,
                Waiting::Open | Waiting::Question => return Err("its rule has a bracket too few"),
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Step>, &'static str> {
        self.settle(Waiting::Colon.strength())?;
        match self.waiting.pop() {
            None => Ok(self.steps),
            Some(Waiting::Question) => Err("its rule has a `?` without `:`"),
            Some(_) => Err("its rule has a bracket too few"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Plurals;

    fn forms(rule: &str, counts: impl IntoIterator<Item = u64>) -> Vec<usize> {
        let plurals = Plurals::read(&format!("nplurals=6; plural={rule};")).unwrap();
        counts.into_iter().map(|count| plurals.form(count)).collect()
    }

    #[test]
    fn rules_of_languages() {
        assert_eq!(forms("0", 0..3), [0, 0, 0]);
        assert_eq!(forms("n != 1", 0..4), [1, 0, 1, 1]);
        assert_eq!(forms("(n > 1)", 0..4), [0, 0, 1, 1]);
        let arabic = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)";
        assert_eq!(
            forms(arabic, [0, 1, 2, 3, 10, 11, 99, 100, 102, 103]),
            [0, 1, 2, 3, 3, 4, 4, 5, 5, 3]
        );
        let russian = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)";
        assert_eq!(forms(russian, [1, 2, 5, 11, 21, 112]), [0, 1, 2, 2, 0, 2]);
    }

    #[test]
    fn signs_bind_as_in_c() {
        assert_eq!(forms("1+2*2", [0]), [5]);
        assert_eq!(forms("5-2-1", [0]), [2]);
        assert_eq!(forms("!n+1", [0, 7]), [2, 1]);
        assert_eq!(forms("!!n", [0, 7]), [0, 1]);
        assert_eq!(forms("n ? n>2 ? 3 : 2 : 1", [0, 1, 5]), [1, 2, 3]);
        assert_eq!(forms("n==1 || n==2 && n==3", [1, 2, 3]), [1, 0, 0]);
        assert_eq!(forms("(n)", [4]), [4]);
    }

    #[test]
    fn a_rule_without_answer_takes_the_last_form() {
        assert_eq!(forms("1/n", [0, 1]), [5, 1]);
        assert_eq!(forms("n%0", [3]), [5]);
        assert_eq!(forms("n-1", [0]), [5]);
        assert_eq!(forms("n*n", [u64::MAX]), [5]);
        assert_eq!(forms("n", [9]), [5]);
        // What is not chosen need not have an answer.
        assert_eq!(forms("n ? 1/n : 2", [0]), [2]);
        assert_eq!(forms("n && 1/n", [0]), [0]);
    }

    #[test]
    fn a_form_for_one_number() {
        let english = Plurals::read("nplurals=2; plural=(n != 1);").unwrap();
        assert!(english.is_for_one_number(0) && !english.is_for_one_number(1));
        let french = Plurals::read("nplurals=2; plural=(n > 1);").unwrap();
        assert!(!french.is_for_one_number(0));
    }

    #[test]
    fn a_broken_rule_is_named() {
        let problems = [
            "",
            "nplurals=2",
            "nplurals=0; plural=0;",
            "nplurals=99; plural=0;",
            "nplurals=2; plural=;",
            "nplurals=2; plural=n !=;",
            "nplurals=2; plural=(n;",
            "nplurals=2; plural=n);",
            "nplurals=2; plural=n ? 1;",
            "nplurals=2; plural=n : 1;",
            "nplurals=2; plural=(n ? 1) : 2;",
            "nplurals=2; plural=n n;",
            "nplurals=2; plural=n & 1;",
            "nplurals=2; plural=m;",
            "nplurals=2; plural=99999999999999999999;",
            "something else",
        ];
        for problem in problems {
            assert!(Plurals::read(problem).is_err(), "{problem}");
        }
    }

    #[test]
    fn the_longest_rule_ends() {
        let deep = format!("nplurals=2; plural={}n{};", "(".repeat(9999), ")".repeat(9999));
        assert_eq!(Plurals::read(&deep), Err("its rule is too long"));
        let long = format!("nplurals=2; plural=n{};", "+n".repeat(9999));
        assert_eq!(Plurals::read(&long), Err("its rule is too long"));
    }
}
