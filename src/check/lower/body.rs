//! Statements become operations.

use std::collections::HashMap;
use std::time::Duration;

use super::Lowering;
use super::given::Given;
use super::text::Apis;
use crate::check::names::canonical;
use crate::check::uses::Used;
use crate::diagnostics::{Code, nearest};
use crate::program::code::{
    Anchor, Body, Branches, CallApi, Do, Gallery, Handover, Op, Options, Pc, Piece, Say, Template,
};
use crate::program::{Action, ActionId, ApiId, BodyId, Output, SequenceId};
use crate::short_text::ShortText;
use crate::source::Span;
use crate::syntax::ast::{
    ApiRef, Content, Entry, Expr, Head, Ident, Media, Node, OptionsKind, Part, Text, Time, When,
};
use crate::syntax::words::PRIORITIES;
use crate::value::Type;

/// The operations of a body while they are made.
#[derive(Default)]
pub(super) struct BodyDraft {
    ops: Vec<Op>,
    /// The line that is being read.
    line: Span,
    /// The line of each operation; empty for one that only holds the others together.
    lines: Vec<Span>,
    /// The heads of branches: the operation that may take it, where it begins, and the head.
    branches: Vec<(Pc, Pc, Span)>,
    anchors: Vec<Anchor>,
    /// The ids that the body has so far.
    ids: HashMap<Box<str>, KnownId>,
}

/// Who has an id.
#[derive(Clone, Copy)]
struct KnownId {
    span: Span,
    /// Whether it is that of a call from before its sequence was renamed: sessions may know the call by it.
    is_former: bool,
}

impl BodyDraft {
    /// The place of the next operation.
    pub(super) fn here(&self) -> Pc {
        super::id(self.ops.len())
    }

    pub(super) fn push(&mut self, op: Op) -> Pc {
        let at = self.here();
        self.lines.push(match op {
            Op::Jump(_) | Op::Return => Span::default(),
            _ => self.line,
        });
        self.ops.push(op);
        at
    }

    /// From here on operations come from the line at `line`.
    pub(super) fn begin_line(&mut self, line: Span) {
        self.line = line;
    }

    /// A branch with this head, which the operation at `from` may take, begins at `to`.
    pub(super) fn branch(&mut self, from: Pc, to: Pc, head: Span) {
        self.branches.push((from, to, head));
    }

    /// A jump whose target comes later.
    pub(super) fn jump(&mut self) -> Pc {
        self.push(Op::Jump(Pc::MAX))
    }

    /// Lets the jump at `at` land here.
    pub(super) fn land(&mut self, at: Pc) {
        let here = self.here();
        match self.ops.get_mut(at as usize) {
            Some(Op::Jump(target) | Op::Unless(_, target) | Op::Once(_, target)) => *target = here,
            _ => debug_assert!(false, "only jumps land"),
        }
    }

    /// Takes back the operation at `at`, where it is the last one.
    pub(super) fn drop_last(&mut self, at: Pc) {
        if self.here() == at + 1 {
            self.ops.pop();
            self.lines.pop();
        }
    }

    /// Replaces the operation at `at`, which was pushed to hold its place until what stands behind
    /// the line was made.
    pub(super) fn fill(&mut self, at: Pc, op: Op, node: &Node) {
        let arms = op.branches().into_iter().flat_map(|branches| &branches.arms);
        for ((_, to), branch) in arms.zip(&node.branches) {
            self.branches.push((at, *to, branch.span));
        }
        if let Some(place) = self.ops.get_mut(at as usize) {
            *place = op;
        }
    }

    pub(super) fn anchor(&mut self, id: ShortText, pc: Pc) {
        self.anchors.push(Anchor { id, pc });
    }
}

impl Lowering<'_, '_> {
    /// The body of a sequence or handler.
    pub(super) fn body(&mut self, name: ShortText, node: &Node) {
        let mut code = BodyDraft::default();
        if let Some(body) = &node.body {
            self.entries(&body.entries, &mut code);
        }
        code.push(Op::Return);
        code.ops.shrink_to_fit();
        code.anchors.shrink_to_fit();
        self.data
            .body_by_name
            .insert(name.clone(), BodyId(super::id(self.data.bodies.len())));
        self.data.bodies.push(Body {
            name,
            code: code.ops,
            anchors: code.anchors,
            #[cfg(feature = "unstable-trace")]
            lines: crate::program::lines::Lines {
                source: self.source().clone(),
                head: node.span,
                operations: code.lines,
                branches: code.branches,
            },
        });
    }

    pub(super) fn entries(&mut self, entries: &[Entry], code: &mut BodyDraft) {
        for entry in entries {
            if let Entry::Node(node) = entry {
                self.statement(node, code);
            }
        }
    }

    fn statement(&mut self, node: &Node, code: &mut BodyDraft) {
        code.begin_line(node.span);
        match &node.head {
            Head::Say { media, id, content } => self.say(node, *media, *id, content, code),
            Head::Gallery { id } => self.gallery(node, *id, code),
            Head::Options { kind, id, prompt } => self.options_block(node, *kind, *id, prompt.as_ref(), code),
            Head::Ask { .. } => self.ask(node, code),
            Head::CallApi(api) => self.call_api(node, api, code),
            Head::Call { id, target } => self.call(node, *id, *target, code),
            Head::Goto(target) => self.goto(*target, code),
            Head::End => drop(code.push(Op::End)),
            Head::Set { name, value } => self.set(*name, value, code),
            Head::Clear(name) => self.clear(*name, code),
            Head::If(_) => self.branching(node, code),
            Head::Once { id } => self.once(node, *id, code),
            Head::Wait(time) => self.pause(*time, code),
            Head::Handover { team, priority } => self.handover(team, *priority, code),
            Head::Do { name } => self.action(node, *name, code),
            Head::Bad => self.broken(node, code),
            // Whatever else stands here is misplaced or broken, and was told when it was read.
            _ => {}
        }
    }

    /// What stands below a broken line is looked through all the same.
    fn broken(&mut self, node: &Node, code: &mut BodyDraft) {
        for body in node.bodies() {
            self.entries(&body.entries, code);
        }
    }

    fn goto(&mut self, target: Ident, code: &mut BodyDraft) {
        if let Some(sequence) = self.sequence(target, Used::Goto) {
            code.push(Op::Goto(sequence));
        }
    }

    fn set(&mut self, name: Ident, value: &Expr, code: &mut BodyDraft) {
        let target = self.write(name);
        let ty = target.as_ref().and_then(|(_, ty)| ty.clone());
        let what = format!("`{}`", self.slice(name.span));
        let value = self.value_for(value, ty.as_ref(), &what);
        if let Some((attribute, _)) = target {
            code.push(Op::Set(attribute, Box::new(value)));
        }
    }

    fn clear(&mut self, name: Ident, code: &mut BodyDraft) {
        if let Some((attribute, _)) = self.write(name) {
            code.push(Op::Clear(attribute));
        }
    }

    fn pause(&mut self, time: Time, code: &mut BodyDraft) {
        // Longer than anybody types.
        const MOST: Duration = Duration::from_secs(60);
        let Some(duration) = time.duration else { return };
        if duration > MOST {
            let message = format!("the bot types for {}", self.slice(time.span));
            let finding = self
                .error(Code::LongWait, time.span, message)
                .primary("nobody waits this long for it")
                .with_help("a pause is a moment, such as `2s`; what is said to a silent customer stands in `no reply 10m { … }` of an `ask`");
            self.findings.add(finding);
        }
        code.push(Op::Pause(duration));
    }

    fn handover(&mut self, team: &Text, priority: Option<Ident>, code: &mut BodyDraft) {
        self.check_empty(team, "a team", "reads");
        let team = self.attribute_template(team);
        if let Some(word) = priority {
            self.check_priority(word);
        }
        let priority = priority.map(|word| self.slice(word.span).into());
        code.push(Op::Handover(Box::new(Handover { team, priority })));
    }

    /// The host decides what a priority means; what is nearly a usual one is a slip.
    pub(super) fn check_priority(&mut self, word: Ident) {
        let written = self.slice(word.span);
        if let Some(near) = nearest(written, PRIORITIES).filter(|near| *near != written) {
            let message = format!("unusual priority `{written}`");
            let finding = self.error(Code::MisspeltPriority, word.span, message);
            self.findings.add(finding.did_you_mean(word.span, near));
        }
    }

    fn say(&mut self, node: &Node, media: Media, id: Option<Ident>, content: &Content, code: &mut BodyDraft) {
        self.block_id(id, code);
        let content = match (content, media) {
            (Content::Text(text), Media::Text) => {
                self.check_empty(text, "a text", "reads");
                self.template(text, Apis::Allowed)
            }
            (Content::Text(text), _) => self.web_address(text),
            (Content::Api(api), Media::Text) => single_api(self.api_of(api, Output::Text, "a text")),
            (Content::Api(api), _) => single_api(self.api_of(api, Output::Image, "an image, audio or video")),
        };
        let uses_api = content.pieces.iter().any(|piece| matches!(piece, Piece::Api(_))) || has_api(node);
        let at = code.push(Op::End);
        let branches = self.branches(node, uses_api, media, code);
        let place = self.place(node.span);
        code.fill(
            at,
            Op::Say(Box::new(Say {
                media,
                content,
                branches,
                place,
            })),
            node,
        );
    }

    fn gallery(&mut self, node: &Node, id: Option<Ident>, code: &mut BodyDraft) {
        self.block_id(id, code);
        let items = node
            .children()
            .filter_map(|child| self.gallery_item(child))
            .collect();
        let uses_api = has_api_item(node);
        let at = code.push(Op::End);
        let branches = self.branches(node, uses_api, Media::Text, code);
        let place = self.place(node.span);
        code.fill(
            at,
            Op::Gallery(Box::new(Gallery {
                items,
                branches,
                place,
            })),
            node,
        );
    }

    fn options_block(
        &mut self,
        node: &Node,
        kind: OptionsKind,
        id: Option<Ident>,
        prompt: Option<&Text>,
        code: &mut BodyDraft,
    ) {
        self.block_id(id, code);
        let prompt = prompt.map(|prompt| self.attribute_template(prompt));
        let items = self.option_items(node, kind, false);
        let at = code.push(Op::End);
        let branches = self.branches(node, has_api_item(node), Media::Text, code);
        let place = self.place(node.span);
        code.fill(
            at,
            Op::Options(Box::new(Options {
                kind,
                prompt,
                items,
                branches,
                place,
            })),
            node,
        );
    }

    fn call_api(&mut self, node: &Node, api: &ApiRef, code: &mut BodyDraft) {
        let found = self.api(api);
        let at = code.push(Op::End);
        let branches = self.branches(node, true, Media::Text, code);
        let place = self.place(node.span);
        code.fill(
            at,
            match found {
                Some((api, _)) => Op::CallApi(Box::new(CallApi { api, branches, place })),
                None => Op::Jump(branches.next),
            },
            node,
        );
    }

    fn call(&mut self, node: &Node, id: Option<Ident>, target: Ident, code: &mut BodyDraft) {
        let sequence = self.sequence(target, Used::Call);
        let anchor = self.anchor_id(id, target.span, node.span, code);
        if let Some(sequence) = sequence {
            self.note_former_ids(sequence, &anchor, node.span, code);
            let at = code.push(Op::Call(sequence, anchor.clone()));
            code.anchor(anchor, at);
        }
    }

    fn branching(&mut self, node: &Node, code: &mut BodyDraft) {
        let Head::If(condition) = &node.head else { return };
        let mut leave = Vec::new();
        let condition = self.condition(condition);
        let mut question = code.push(Op::Unless(Box::new(condition), Pc::MAX));
        let mut skip = Some(question);
        if let Some(body) = &node.body {
            self.entries(&body.entries, code);
        }
        for branch in &node.branches {
            leave.push(code.jump());
            if let Some(skip) = skip.take() {
                code.land(skip);
            }
            if let When::If(condition) = &branch.when {
                let condition = self.condition(condition);
                code.begin_line(branch.span);
                question = code.push(Op::Unless(Box::new(condition), Pc::MAX));
                skip = Some(question);
            } else {
                code.branch(question, code.here(), branch.span);
            }
            if let Some(body) = &branch.body {
                self.entries(&body.entries, code);
            }
        }
        for jump in leave.into_iter().chain(skip) {
            code.land(jump);
        }
    }

    fn once(&mut self, node: &Node, id: Option<Ident>, code: &mut BodyDraft) {
        let Some(id) = id else {
            let finding = self
                .error(Code::OnceWithoutId, node.span, "`once` needs an id")
                .primary("without one it cannot be known again in an edited flow")
                .with_help("write `once @name {`");
            self.findings.add(finding);
            return self.broken(node, code);
        };
        let name = self.block_id(Some(id), code).unwrap_or_default();
        let at = code.push(Op::Once(name, Pc::MAX));
        if let Some(body) = &node.body {
            self.entries(&body.entries, code);
        }
        code.land(at);
    }

    fn action(&mut self, node: &Node, name: Ident, code: &mut BodyDraft) {
        let written = self.slice(name.span);
        let Some(index) = self.names.actions.find(written) else {
            let near = self.names.actions.nearest(written);
            self.unknown(Code::UnknownAction, "action", name.span, near);
            return self.values_of_no_action(node);
        };
        self.note_use(name.span, Used::Action(super::id(index)));
        let mut given = Given::default();
        let mut values = Vec::new();
        for child in node.children() {
            let Head::KeyValue { name: key, value } = &child.head else {
                continue;
            };
            let key_name: Box<str> = canonical(self.slice(key.span)).into();
            self.is_first(&mut given, &key_name, key.span, format_args!("key `{key_name}`"));
            let Some(ty) = self.action_key(index, &key_name, key.span) else {
                continue;
            };
            let what = format!("`{key_name}`");
            let value = self.value_for(value, Some(&ty), &what);
            values.push((key_name, ty, value));
        }
        self.check_all_keys(index, &given, name.span);
        code.push(Op::Do(Box::new(Do {
            action: ActionId(super::id(index)),
            values,
        })));
    }

    fn values_of_no_action(&mut self, node: &Node) {
        for child in node.children() {
            if let Head::KeyValue { value, .. } = &child.head {
                self.expression(value);
            }
        }
    }

    /// The type of an action's key; says so where there is none of that name.
    pub(super) fn action_key(&mut self, action: usize, key: &str, span: Span) -> Option<Type> {
        let Action { name, keys } = self.data.actions.get(action)?;
        if let Some((_, ty)) = keys.iter().find(|(known, _)| **known == *key) {
            return Some(ty.clone());
        }
        let near = nearest(key, keys.iter().map(|(known, _)| &**known)).map(str::to_owned);
        let finding = self.error(
            Code::UnknownActionKey,
            span,
            format!("action `{name}` has no key `{key}`"),
        );
        self.findings.add(match near {
            Some(near) => finding.did_you_mean(span, &near),
            None => finding.with_help(format!("declare it in the action: `{key}: text`")),
        });
        None
    }

    fn check_all_keys(&mut self, action: usize, given: &Given, span: Span) {
        let Some(action) = self.data.actions.get(action) else {
            return;
        };
        let missing: Vec<String> = action
            .keys
            .iter()
            .filter(|(key, _)| !given.contains(key))
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        if !missing.is_empty() {
            let message = format!("action `{}` is not given {}", action.name, missing.join(", "));
            let finding = self.error(Code::MissingActionKey, span, message);
            self.findings
                .add(finding.with_help(format!("add {} to the block", missing.join(" and "))));
        }
    }

    /// Notes the id of a block; two alike in one body are an error.
    pub(super) fn block_id(&mut self, id: Option<Ident>, code: &mut BodyDraft) -> Option<ShortText> {
        let id = id.filter(|id| !id.span.is_empty())?;
        let name: ShortText = canonical(self.slice(id.span)).into();
        self.note_id(&name, id.span, code, "give one of them another id");
        Some(name)
    }

    /// The id of an ask or call: its own, or the name that stands for it.
    pub(super) fn anchor_id(
        &mut self,
        id: Option<Ident>,
        default: Span,
        head: Span,
        code: &mut BodyDraft,
    ) -> ShortText {
        if let Some(own) = self.block_id(id, code) {
            return own;
        }
        let name: ShortText = match canonical(self.slice(default)) {
            name if name.is_empty() => "ask".into(),
            name => name.into(),
        };
        self.note_id(
            &name,
            head,
            code,
            "write an id behind the first word, such as `@again`",
        );
        name
    }

    /// Notes what a call without an id of its own was named by before its sequence was renamed.
    fn note_former_ids(&mut self, sequence: SequenceId, anchor: &str, span: Span, code: &mut BodyDraft) {
        let Some(called) = self.names.sequences.all.get(sequence.index()) else {
            return;
        };
        let Head::Sequence { name, was, .. } = &called.node.head else {
            return;
        };
        if *canonical(called.source.slice(name.span)) != *anchor {
            return;
        }
        for former in was {
            let former = former.plain(called.source);
            let known = KnownId {
                span,
                is_former: true,
            };
            self.note_known_id(&canonical(&former), known, code, "");
        }
    }

    fn note_id(&mut self, name: &str, span: Span, code: &mut BodyDraft, help: &str) {
        let known = KnownId {
            span,
            is_former: false,
        };
        self.note_known_id(name, known, code, help);
    }

    fn note_known_id(&mut self, name: &str, known: KnownId, code: &mut BodyDraft, help: &str) {
        let Some(first) = code.ids.get(name).copied() else {
            code.ids.insert(name.into(), known);
            return;
        };
        let finding = match (first.is_former, known.is_former) {
            (false, false) => self
                .error(
                    Code::DuplicateId,
                    known.span,
                    format!("two places here have the id `{name}`"),
                )
                .primary("a session could mean either")
                .label(self.source(), first.span, "the first one")
                .with_help(help),
            (is_call_first, _) => {
                let (call, other) = match is_call_first {
                    true => (first, known),
                    false => (known, first),
                };
                self.error(
                    Code::DuplicateId,
                    other.span,
                    format!("the id `{name}` is also that of a call from before its sequence was renamed"),
                )
                .primary("a customer who waits in that call would go on here")
                .label(
                    self.source(),
                    call.span,
                    format!("this call had the id `{name}` then"),
                )
                .with_help("give this place another id, such as `@again`")
            }
        };
        self.findings.add(finding);
    }
}

/// What is nothing but the reply of an endpoint.
fn single_api(api: Option<ApiId>) -> Template {
    Template::new(api.map(Piece::Api).into_iter().collect())
}

/// Whether a block's own line asks an endpoint.
fn has_api(node: &Node) -> bool {
    match &node.head {
        Head::Say {
            content: Content::Api(_),
            ..
        } => true,
        Head::Say {
            content: Content::Text(text),
            ..
        } => text.parts.iter().any(|part| matches!(part, Part::Api(_))),
        _ => false,
    }
}

/// Whether an item of a block asks an endpoint.
pub(super) fn has_api_item(node: &Node) -> bool {
    node.children()
        .any(|child| matches!(child.head, Head::ApiItem(_)))
}

/// Where an operation without branches goes on.
pub(super) fn without_branches(next: Pc) -> Branches {
    Branches {
        arms: Vec::new(),
        next,
    }
}
