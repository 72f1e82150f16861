//! The floor of `load`: a parser by hand for exactly the flows of `flows/`.
//!
//! Text to tokens, names to numbers, tokens to a program that owns what it holds. Whatever these
//! flows never say is an error.

#![expect(dead_code, reason = "what is parsed is never run")]

use std::collections::HashMap;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Program {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) servers: Vec<Server>,
    pub(crate) apis: Vec<Api>,
    pub(crate) sequences: Vec<Sequence>,
    pub(crate) starts: Vec<Vec<Step>>,
    pub(crate) words: HashMap<Box<str>, Vec<Step>>,
    pub(crate) sequence_by_name: HashMap<Box<str>, usize>,
}

pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    pub(crate) default: Value,
}

pub(crate) enum Value {
    Text(Box<str>),
    Number(f64),
}

pub(crate) struct Server {
    pub(crate) origin: Box<str>,
    pub(crate) headers: Vec<(Box<str>, Box<str>)>,
}

pub(crate) struct Api {
    pub(crate) name: Box<str>,
    pub(crate) is_post: bool,
    pub(crate) server: usize,
    pub(crate) path: Template,
    pub(crate) params: Vec<(Box<str>, Read)>,
    pub(crate) sets: Vec<Read>,
    pub(crate) timeout: Duration,
}

pub(crate) struct Sequence {
    pub(crate) name: Box<str>,
    pub(crate) steps: Vec<Step>,
}

pub(crate) enum Step {
    Text {
        id: Option<Box<str>>,
        content: Template,
        failure: Vec<Branch>,
    },
    QuickReplies {
        prompt: Template,
        options: Vec<Choice>,
    },
    Ask(Box<Ask>),
    If {
        attribute: Read,
        above: f64,
        then: Vec<Step>,
        otherwise: Vec<Step>,
    },
    CallApi {
        api: usize,
        failure: Vec<Branch>,
    },
    Goto(usize),
}

pub(crate) struct Branch {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) steps: Vec<Step>,
}

pub(crate) enum Outcome {
    Timeout,
}

pub(crate) struct Choice {
    pub(crate) title: Template,
    pub(crate) target: usize,
}

pub(crate) struct Ask {
    pub(crate) id: Option<Box<str>>,
    pub(crate) prompt: Template,
    pub(crate) save: Read,
    pub(crate) one_of: Vec<Box<str>>,
    pub(crate) retries: f64,
    pub(crate) retry: Template,
    pub(crate) no_match: Vec<Step>,
}

pub(crate) type Template = Vec<Piece>;

pub(crate) enum Piece {
    Plain(Box<str>),
    Value(Read, Option<Box<str>>),
    Api(usize),
}

/// Something that a customer has.
#[derive(Clone, Copy)]
pub(crate) enum Read {
    FirstName,
    Attribute(usize),
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) what: &'static str,
    pub(crate) at: Place,
}

/// A file and a byte in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) byte: usize,
}

pub(crate) fn parse<'a>(files: impl IntoIterator<Item = &'a str>) -> Result<Program, Wrong> {
    let mut tokens = Vec::new();
    for (file, text) in files.into_iter().enumerate() {
        tokenize(file, text, &mut tokens)?;
    }
    let names = Names::collect(&tokens)?;
    let tokens = tokens.iter();
    Parser { tokens, names }.program()
}

// Tokens.

#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Number(f64),
    /// What stands between the quotes.
    Text(&'a str),
    Mark(&'a str),
}

fn tokenize<'a>(file: usize, text: &'a str, tokens: &mut Vec<(Token<'a>, Place)>) -> Result<(), Wrong> {
    const MARKS: [&str; 11] = ["->", "<<", ">>", "{", "}", ":", "=", ">", "@", ",", "/"];
    tokens.reserve(text.len() / 6);
    let mut rest = text;
    loop {
        rest = rest.trim_ascii_start();
        let byte = text.len() - rest.len();
        let at = Place { file, byte };
        let Some(first) = rest.bytes().next() else {
            return Ok(());
        };
        let length =
            |is_part: fn(u8) -> bool| rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let (token, behind) = match first {
            b'/' if rest.starts_with("//") => {
                rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
                continue;
            }
            b'"' => {
                let inside = quoted(rest).ok_or(Wrong {
                    what: "a text never ends",
                    at,
                })?;
                (Token::Text(inside), rest.get(inside.len() + 2..))
            }
            b'0'..=b'9' => {
                let (number, behind) = rest.split_at(length(|byte| byte.is_ascii_digit() || byte == b'.'));
                let number = number.parse().map_err(|_| Wrong {
                    what: "this is no number",
                    at,
                })?;
                (Token::Number(number), Some(behind))
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let (word, behind) =
                    rest.split_at(length(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
                (Token::Word(word), Some(behind))
            }
            _ => {
                let mark = MARKS.into_iter().find(|mark| rest.starts_with(mark));
                let mark = mark.ok_or(Wrong {
                    what: "an unknown character",
                    at,
                })?;
                (Token::Mark(mark), rest.strip_prefix(mark))
            }
        };
        tokens.push((token, at));
        rest = behind.unwrap_or_default();
    }
}

/// The inside of the quotes that a text begins with.
fn quoted(text: &str) -> Option<&str> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return text.get(1..index),
            b'\n' => return None,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    None
}

// Names.

#[derive(Default)]
struct Names<'a> {
    attributes: HashMap<&'a str, usize>,
    servers: HashMap<&'a str, usize>,
    apis: HashMap<&'a str, usize>,
    sequences: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    /// These four words are no names, so each of them declares one.
    fn collect(tokens: &[(Token<'a>, Place)]) -> Result<Self, Wrong> {
        let mut names = Self::default();
        for pair in tokens.windows(2) {
            let [(Token::Word(kind), _), (Token::Word(name), at)] = pair else {
                continue;
            };
            let table = match *kind {
                "attribute" => &mut names.attributes,
                "server" => &mut names.servers,
                "api" => &mut names.apis,
                "sequence" => &mut names.sequences,
                _ => continue,
            };
            if table.insert(name, table.len()).is_some() {
                return Err(Wrong {
                    what: "declared twice",
                    at: *at,
                });
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> Option<Read> {
        match name {
            "first_name" => Some(Read::FirstName),
            _ => self.attributes.get(name).copied().map(Read::Attribute),
        }
    }

    /// A text with its escapes and placeholders resolved.
    fn template(&self, raw: &str) -> Option<Template> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = raw;
        while let Some(special) = rest.find(['\\', '{', '<']) {
            let (before, behind) = rest.split_at(special);
            plain.push_str(before);
            let (piece, behind) = if let Some(inside) = behind.strip_prefix("{{") {
                let (inside, behind) = inside.split_once("}}")?;
                let (name, default) = match inside.split_once('|') {
                    Some((name, default)) => (name, Some(default.trim().into())),
                    None => (inside, None),
                };
                (Piece::Value(self.read(name.trim())?, default), behind)
            } else if let Some(inside) = behind.strip_prefix("<<") {
                let (name, behind) = inside.split_once(">>")?;
                (Piece::Api(*self.apis.get(name.trim())?), behind)
            } else {
                let mut chars = behind.chars();
                plain.push(match chars.next()? {
                    '\\' => match chars.next()? {
                        'n' => '\n',
                        escaped => escaped,
                    },
                    other => other,
                });
                rest = chars.as_str();
                continue;
            };
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
            }
            pieces.push(piece);
            rest = behind;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.into()));
        }
        Some(pieces)
    }
}

// The program.

struct Parser<'a, 't> {
    tokens: std::slice::Iter<'t, (Token<'a>, Place)>,
    names: Names<'a>,
}

impl<'a> Parser<'a, '_> {
    fn program(&mut self) -> Result<Program, Wrong> {
        let mut program = Program::default();
        while let Some((token, _)) = self.tokens.clone().next() {
            match token {
                Token::Word("attribute") => program.attributes.push(self.attribute()?),
                Token::Word("server") => program.servers.push(self.server()?),
                Token::Word("api") => program.apis.push(self.api()?),
                Token::Word("sequence") => {
                    self.word()?;
                    let name: Box<str> = self.word()?.into();
                    program
                        .sequence_by_name
                        .insert(name.clone(), program.sequences.len());
                    program.sequences.push(Sequence {
                        name,
                        steps: self.steps()?,
                    });
                }
                Token::Word("on") => {
                    self.word()?;
                    if self.accept("start") {
                        program.starts.push(self.steps()?);
                    } else {
                        self.expect("words")?;
                        let words = self.text()?.to_lowercase().into();
                        program.words.insert(words, self.steps()?);
                    }
                }
                _ => return self.wrong("an item begins with its word"),
            }
        }
        Ok(program)
    }

    fn attribute(&mut self) -> Result<Attribute, Wrong> {
        self.expect("attribute")?;
        let name = self.word()?.into();
        self.mark(":")?;
        let is_text = self.accept("text");
        if !is_text {
            self.expect("number")?;
        }
        self.mark("=")?;
        let default = if is_text {
            Value::Text(self.text()?.into())
        } else {
            Value::Number(self.number()?)
        };
        Ok(Attribute { name, default })
    }

    fn server(&mut self) -> Result<Server, Wrong> {
        self.expect("server")?;
        self.word()?;
        let origin = self.text()?;
        if !origin.starts_with("https://") {
            return self.wrong("an origin begins with https://");
        }
        let mut headers = Vec::new();
        self.mark("{")?;
        while self.accept("header") {
            let name = self.text()?.into();
            self.mark("=")?;
            self.expect("secret")?;
            headers.push((name, self.word()?.into()));
        }
        self.mark("}")?;
        Ok(Server {
            origin: origin.into(),
            headers,
        })
    }

    fn api(&mut self) -> Result<Api, Wrong> {
        self.expect("api")?;
        let name = self.word()?.into();
        self.mark(":")?;
        if !self.accept("text") {
            self.expect("nothing")?;
        }
        self.mark("{")?;
        let is_post = self.accept("post");
        if !is_post {
            self.expect("get")?;
        }
        let server = self.word()?;
        let server = self.known(self.names.servers.get(server).copied())?;
        let path = self.template()?;
        let (mut params, mut sets, mut timeout) = (Vec::new(), Vec::new(), Duration::from_secs(5));
        while !self.accept_mark("}") {
            if self.accept("param") {
                let key = self.text()?.into();
                self.mark("=")?;
                params.push((key, self.read()?));
            } else if self.accept("sets") {
                sets.push(self.read()?);
                while self.accept_mark(",") {
                    sets.push(self.read()?);
                }
            } else {
                self.expect("timeout")?;
                timeout = Duration::from_secs_f64(self.number()?);
                self.expect("s")?;
            }
        }
        Ok(Api {
            name,
            is_post,
            server,
            path,
            params,
            sets,
            timeout,
        })
    }

    fn steps(&mut self) -> Result<Vec<Step>, Wrong> {
        self.mark("{")?;
        let mut steps = Vec::new();
        while !self.accept_mark("}") {
            steps.push(match self.word()? {
                "text" => Step::Text {
                    id: self.id()?,
                    content: self.template()?,
                    failure: self.failure()?,
                },
                "quick" => self.quick_replies()?,
                "ask" => Step::Ask(Box::new(self.ask()?)),
                "if" => self.branches()?,
                "call" => {
                    self.mark("<<")?;
                    let api = self.word()?;
                    let api = self.known(self.names.apis.get(api).copied())?;
                    self.mark(">>")?;
                    Step::CallApi {
                        api,
                        failure: self.failure()?,
                    }
                }
                "goto" => Step::Goto(self.sequence()?),
                _ => return self.wrong("no step begins so"),
            });
        }
        Ok(steps)
    }

    fn branches(&mut self) -> Result<Step, Wrong> {
        let attribute = self.read()?;
        self.mark(">")?;
        let above = self.number()?;
        Ok(Step::If {
            attribute,
            above,
            then: self.steps()?,
            otherwise: if self.accept("else") {
                self.steps()?
            } else {
                Vec::new()
            },
        })
    }

    fn failure(&mut self) -> Result<Vec<Branch>, Wrong> {
        let mut branches = Vec::new();
        while self.accept("else") {
            branches.push(Branch {
                outcome: self.accept("timeout").then_some(Outcome::Timeout),
                steps: self.steps()?,
            });
        }
        Ok(branches)
    }

    fn quick_replies(&mut self) -> Result<Step, Wrong> {
        self.expect("replies")?;
        let prompt = self.template()?;
        let mut options = Vec::new();
        self.mark("{")?;
        while !self.accept_mark("}") {
            let title = self.template()?;
            self.mark("->")?;
            options.push(Choice {
                title,
                target: self.sequence()?,
            });
        }
        Ok(Step::QuickReplies { prompt, options })
    }

    fn ask(&mut self) -> Result<Ask, Wrong> {
        let id = self.id()?;
        let prompt = self.template()?;
        self.expect("save")?;
        let save = self.read()?;
        self.mark("{")?;
        for word in ["accept", "one", "of"] {
            self.expect(word)?;
        }
        let mut one_of = vec![self.text()?.into()];
        while self.accept_mark(",") {
            one_of.push(self.text()?.into());
        }
        self.expect("retry")?;
        let retries = self.number()?;
        let retry = self.template()?;
        self.expect("no")?;
        self.expect("match")?;
        let no_match = self.steps()?;
        self.mark("}")?;
        Ok(Ask {
            id,
            prompt,
            save,
            one_of,
            retries,
            retry,
            no_match,
        })
    }

    fn id(&mut self) -> Result<Option<Box<str>>, Wrong> {
        if !self.accept_mark("@") {
            return Ok(None);
        }
        self.word().map(|id| Some(id.into()))
    }

    fn sequence(&mut self) -> Result<usize, Wrong> {
        let name = self.word()?;
        self.known(self.names.sequences.get(name).copied())
    }

    fn read(&mut self) -> Result<Read, Wrong> {
        let name = self.word()?;
        self.known(self.names.read(name))
    }

    fn template(&mut self) -> Result<Template, Wrong> {
        let text = self.text()?;
        self.known(self.names.template(text))
    }

    fn word(&mut self) -> Result<&'a str, Wrong> {
        match self.tokens.next() {
            Some((Token::Word(word), _)) => Ok(word),
            _ => self.wrong("a word is missing before this"),
        }
    }

    fn text(&mut self) -> Result<&'a str, Wrong> {
        match self.tokens.next() {
            Some((Token::Text(text), _)) => Ok(text),
            _ => self.wrong("a text is missing before this"),
        }
    }

    fn number(&mut self) -> Result<f64, Wrong> {
        match self.tokens.next() {
            Some((Token::Number(number), _)) => Ok(*number),
            _ => self.wrong("a number is missing before this"),
        }
    }

    fn accept(&mut self, word: &str) -> bool {
        self.accept_token(Token::Word(word))
    }

    fn accept_mark(&mut self, mark: &str) -> bool {
        self.accept_token(Token::Mark(mark))
    }

    fn accept_token(&mut self, wanted: Token<'_>) -> bool {
        let mut behind = self.tokens.clone();
        let is_there = behind.next().is_some_and(|(token, _)| *token == wanted);
        if is_there {
            self.tokens = behind;
        }
        is_there
    }

    fn expect(&mut self, word: &str) -> Result<(), Wrong> {
        if self.accept(word) {
            Ok(())
        } else {
            self.wrong("another word belongs here")
        }
    }

    fn mark(&mut self, mark: &str) -> Result<(), Wrong> {
        if self.accept_mark(mark) {
            Ok(())
        } else {
            self.wrong("a mark is missing here")
        }
    }

    fn known<T>(&self, found: Option<T>) -> Result<T, Wrong> {
        found.map_or_else(|| self.wrong("nothing has the name before this"), Ok)
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, Wrong> {
        let at = self.tokens.clone().next().map_or(Place::default(), |(_, at)| *at);
        Err(Wrong { what, at })
    }
}
