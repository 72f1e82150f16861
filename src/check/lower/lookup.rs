//! What a name means: the declaration behind it, with its use noted.

use super::{Lowering, id};
use crate::check::names::{ValueName, canonical};
use crate::check::uses::Used;
use crate::diagnostics::{Code, nearest};
use crate::program::{ApiId, AttributeId, AttributeRef, Output, SequenceId};
use crate::source::Span;
use crate::syntax::ast::{ApiRef, Ident};
use crate::syntax::words::RESERVED;
use crate::value::Type;

impl Lowering<'_, '_> {
    /// The sequence that a name means, with its use noted.
    pub(super) fn sequence(&mut self, name: Ident, used: fn(u32) -> Used) -> Option<SequenceId> {
        let written = self.slice(name.span);
        let found = self
            .names
            .sequences
            .find(written)
            .or_else(|| self.names.sequence_ids.get(canonical(written).as_ref()).copied());
        match found {
            Some(index) => {
                self.note_use(name.span, used(id(index)));
                Some(SequenceId(id(index)))
            }
            None => {
                let near = self.names.sequences.nearest(written);
                self.unknown(Code::UnknownSequence, "sequence", name.span, near);
                None
            }
        }
    }

    /// The API that `<<name>>` means, with its use noted.
    pub(super) fn api(&mut self, api: &ApiRef) -> Option<(ApiId, Option<Output>)> {
        let found = self.api_named(api.name)?;
        self.note_use(api.span, Used::Api(found.0.0));
        Some(found)
    }

    /// The API that a name means, and its output where that is one.
    pub(super) fn api_named(&mut self, name: Ident) -> Option<(ApiId, Option<Output>)> {
        let written = self.slice(name.span);
        let Some(index) = self.names.apis.find(written) else {
            let near = self.names.apis.nearest(written);
            self.unknown(Code::UnknownApi, "api", name.span, near);
            return None;
        };
        Some((ApiId(id(index)), self.outputs.get(index).copied().flatten()))
    }

    /// The API that `<<name>>` means, where its output fits the place.
    pub(super) fn api_of(&mut self, api: &ApiRef, wanted: Output, place: &str) -> Option<ApiId> {
        let (found, output) = self.api(api)?;
        match output {
            Some(output) if output != wanted => {
                self.wrong_output(api, output, wanted, place);
                None
            }
            _ => Some(found),
        }
    }

    fn wrong_output(&mut self, api: &ApiRef, output: Output, wanted: Output, place: &str) {
        let name = self.slice(api.name.span);
        let mut finding = self
            .error(
                Code::WrongOutput,
                api.span,
                format!("api `{name}` gives {output}, {place} needs {wanted}"),
            )
            .primary(format!("this gives {output}"));
        if let Some(declared) = self
            .names
            .apis
            .find(name)
            .and_then(|index| self.names.apis.all.get(index))
        {
            finding = finding.label(declared.source, declared.span, "declared here");
        }
        let fits = |output: &Option<Output>| *output == Some(wanted);
        let apis = &self.names.apis;
        // One alone is likely to be meant, so two are looked for.
        let fitting: Vec<&str> = apis
            .names()
            .zip(&self.outputs)
            .filter(|(_, output)| fits(output))
            .map(|(name, _)| name)
            .take(2)
            .collect();
        let fits_by_name = |near: &&str| {
            let output = apis.find(near).and_then(|index| self.outputs.get(index));
            output.is_some_and(fits)
        };
        let near = nearest(name, apis.near(name).filter(fits_by_name));
        let help = match (near, fitting.first()) {
            (Some(near), _) => format!("did you mean `<<{near}>>`?"),
            (None, Some(first)) => format!("use an api that gives {wanted}, such as `<<{first}>>`"),
            (None, None) if output == Output::Nothing => {
                format!("write `call <<{name}>>` to call it for its attributes")
            }
            (None, None) => format!("declare `api {name}: {wanted}`, or use it in another block"),
        };
        let finding = finding.with_help(help);
        // Where only one gives what is needed, it is the one.
        let better = near.or(match fitting.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        self.findings.add(match better {
            Some(better) => {
                let edit = (api.name.span, better.to_owned());
                finding.suggested_fix(format!("replace with `<<{better}>>`"), vec![edit])
            }
            None => finding,
        });
    }

    /// The attribute or field that a name means; `otherwise` for one that is near nothing.
    fn value_ref(
        &mut self,
        name: Ident,
        otherwise: impl Fn(&str) -> Otherwise,
    ) -> Option<(AttributeRef, Option<Type>)> {
        let known = self.known_value(name);
        if known.is_none() {
            let written = self.slice(name.span);
            // What other languages write is no slip of a name.
            let near = match written {
                "true" => Some("yes"),
                "false" => Some("no"),
                _ => self.names.nearest_value(written),
            };
            let otherwise = otherwise(written);
            self.unknown_or(Code::UnknownAttribute, "attribute", name.span, near, otherwise);
        }
        known
    }

    /// The attribute of that name, with its type, where there is one.
    pub(super) fn known_value(&self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        Some(match self.names.value(self.slice(name.span))? {
            ValueName::Record(field) => (AttributeRef::Record(field), Some(field.ty())),
            ValueName::Declared(index) => (
                AttributeRef::Saved(AttributeId(id(index))),
                self.types.get(index).cloned().flatten(),
            ),
        })
    }

    /// The attribute that is read, with its use noted.
    pub(super) fn read(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let found = self.value_ref(name, |written| declare_attribute(written).into())?;
        Some(self.noted_read(name, found))
    }

    /// The attribute that is read where a text may stand as well: an unknown word may lack its quotes only.
    pub(super) fn read_or_text(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let found = self.value_ref(name, |written| {
            let declared = declare_attribute(written);
            let quoted = format!("\"{written}\"");
            Otherwise {
                help: format!("{declared}; a text stands in quotes: `{quoted}`"),
                quoted: Some(quoted),
            }
        })?;
        Some(self.noted_read(name, found))
    }

    fn noted_read(
        &mut self,
        name: Ident,
        found: (AttributeRef, Option<Type>),
    ) -> (AttributeRef, Option<Type>) {
        if let AttributeRef::Saved(saved) = found.0 {
            self.note_use(name.span, Used::Read(saved.0));
        }
        found
    }

    /// The attribute that is written, where it may be, with its use noted.
    pub(super) fn write(&mut self, name: Ident) -> Option<(AttributeRef, Option<Type>)> {
        let found = self.value_ref(name, |written| declare_attribute(written).into())?;
        match found.0 {
            AttributeRef::Saved(saved) => self.note_use(name.span, Used::Write(saved.0)),
            AttributeRef::Record(field) if !field.is_writable() => {
                let finding = self
                    .error(
                        Code::ReadOnlyField,
                        name.span,
                        format!("`{}` cannot be written", field.as_str()),
                    )
                    .primary("only the platform writes this field")
                    .with_help("declare an attribute of your own and write that");
                self.findings.add(finding);
                return None;
            }
            AttributeRef::Record(_) => {}
        }
        Some(found)
    }

    /// What to do where the name is right and the kind is not.
    fn other_kind(&self, code: Code, written: &str) -> Option<String> {
        const CLOCK: [&str; 4] = ["today", "now", "tomorrow", "yesterday"];
        const NOTHING: [&str; 4] = ["null", "NULL", "nil", "undefined"];
        match code {
            Code::UnknownAttribute if NOTHING.contains(&written) => Some(
                "what has no value is told with `is empty` or `is not empty`, and `clear NAME` takes a value away"
                    .to_owned(),
            ),
            Code::UnknownAttribute if CLOCK.contains(&written) => Some(
                "a flow has no clock: let an api set an attribute, and compare with that".to_owned(),
            ),
            Code::UnknownAttribute if written == "extra" => Some(
                "`extra` is no attribute: save it with `set NAME = extra`, and write `{{NAME}}`".to_owned(),
            ),
            Code::UnknownAttribute if RESERVED.contains(&written) => Some(format!(
                "`{written}` is a word of the language, and no attribute: declare one with another name, such as `{written}_`"
            )),
            Code::UnknownApi | Code::UnknownAttribute => {
                let meant = self.placeholder(written)?;
                let kind = if meant.starts_with('<') {
                    "api"
                } else {
                    "attribute"
                };
                Some(format!(
                    "`{written}` is an {kind}: in a text it stands as `{meant}`"
                ))
            }
            Code::UnknownSequence if written == "start" && self.names.handles_start() => {
                Some("`on start` is a handler: move its lines into a sequence and go there".to_owned())
            }
            Code::UnknownSequence if self.names.apis.find(written).is_some() => {
                Some(format!("`{written}` is an api: `call <<{written}>>` calls it"))
            }
            _ => None,
        }
    }

    /// Says that no such thing is declared, with the nearest name that is.
    pub(super) fn unknown(&mut self, code: Code, kind: &str, span: Span, near: Option<&str>) {
        let rest = match code {
            Code::UnknownApi => ": text { … }",
            Code::UnknownServer => " \"https://…\"",
            _ => " { … }",
        };
        let help = declare(kind, self.slice(span), rest);
        self.unknown_or(code, kind, span, near, help.into());
    }

    /// The same with words of its own where no name is near.
    fn unknown_or(&mut self, code: Code, kind: &str, span: Span, near: Option<&str>, otherwise: Otherwise) {
        let written = self.slice(span);
        if written.is_empty() {
            return;
        }
        let finding = self.error(code, span, format!("unknown {kind} `{written}`"));
        let finding = finding.primary(format!("no {kind} has this name"));
        if let Some(other) = self.other_kind(code, written) {
            return self.findings.add(finding.with_help(other));
        }
        self.findings.add(match near {
            Some(near) => finding.did_you_mean(span, near),
            None => {
                let finding = finding.with_help(otherwise.help);
                match otherwise.quoted {
                    Some(quoted) => finding.suggested_fix("put it in quotes", vec![(span, quoted)]),
                    None => finding,
                }
            }
        });
    }
}

/// What is said about a name that is near nothing.
struct Otherwise {
    help: String,
    /// The text that it may be meant as, in quotes.
    quoted: Option<String>,
}

impl From<String> for Otherwise {
    fn from(help: String) -> Self {
        Self { help, quoted: None }
    }
}

fn declare(kind: &str, name: &str, rest: &str) -> String {
    format!("declare it with `{kind} {name}{rest}`, or correct the name")
}

fn declare_attribute(name: &str) -> String {
    declare("attribute", name, ": text")
}
