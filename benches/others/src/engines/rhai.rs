//! rhai: a script with a function for each sequence, compiled once with the default optimisation.
//!
//! Functions of the host collect what is shown. The customer is a map, bound to `this` and so never copied, and
//! the statements beside functions, of which there are none, are not run again for each turn. One engine
//! serves all scripts of a process.

use std::cell::RefCell;
use std::mem::take;
use std::rc::Rc;

use ::rhai::{AST, CallFnOptions, Dynamic, Engine as Runner, ImmutableString, Map, Scope};

use crate::engine::{Chat, Engine, Program, Screen, topics};
use crate::host::{Session, Shown};

pub(crate) const ENGINE: Engine = Engine {
    name: "rhai",
    source,
    load,
    unsaved: Some("keeps no session: that is the host's, as by hand"),
    sessions: 0,
};

fn source(sequences: usize) -> Vec<String> {
    vec![topics(include_str!("../../sources/topic.rhai"), sequences).collect()]
}

struct Script {
    host: Rc<Host>,
    ast: AST,
}

/// The engine with its functions, which all scripts share.
struct Host {
    engine: Runner,
    stage: Rc<RefCell<Stage>>,
}

thread_local! {
    static HOST: Rc<Host> = Rc::new(Host::new());
}

/// Where the functions of the host leave what a turn shows, and the session whose turn it is.
#[derive(Default)]
struct Stage {
    shown: Shown,
    session: Session,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let host = HOST.with(Rc::clone);
    let ast = host
        .engine
        .compile_scripts_with_scope(&Scope::new(), files)
        .unwrap();
    Box::new(Script { host, ast })
}

impl Host {
    fn new() -> Self {
        let stage = Rc::new(RefCell::new(Stage::default()));
        let mut engine = Runner::new();
        let on = Rc::clone(&stage);
        engine.register_fn("say", move |text: ImmutableString| {
            on.borrow_mut().shown.text = text.into_owned();
        });
        let on = Rc::clone(&stage);
        engine.register_fn("ask", move |prompt: ImmutableString| {
            on.borrow_mut().shown.prompt = prompt.into_owned();
        });
        let on = Rc::clone(&stage);
        engine.register_fn(
            "option",
            move |title: ImmutableString, leads_to: ImmutableString| {
                let (title, leads_to) = (title.into_owned(), leads_to.into_owned());
                let mut on = on.borrow_mut();
                let choice = on.session.offer(title, leads_to);
                on.shown.options.push(choice);
            },
        );
        Self { engine, stage }
    }
}

impl Program for Script {
    fn open(&self) -> Box<dyn Chat + '_> {
        let customer = Map::from([
            ("first_name".into(), "Asha".into()),
            ("city".into(), "Sylhet".into()),
            ("points".into(), 120_i64.into()),
        ]);
        Box::new(Talk {
            script: self,
            customer: customer.into(),
            session: Session::default(),
            shown: Shown::default(),
        })
    }
}

struct Talk<'p> {
    script: &'p Script,
    customer: Dynamic,
    session: Session,
    shown: Shown,
}

impl Talk<'_> {
    fn show(&mut self, topic: &str) {
        let Script { host, ast } = self.script;
        let Host { engine, stage } = host.as_ref();
        self.session.visit(topic);
        stage.borrow_mut().session = take(&mut self.session);
        let options = CallFnOptions::new()
            .eval_ast(false)
            .bind_this_ptr(&mut self.customer);
        let mut scope = Scope::new();
        let called: Result<(), _> = engine.call_fn_with_options(options, &mut scope, ast, topic, ());
        called.unwrap();
        Stage {
            shown: self.shown,
            session: self.session,
        } = stage.take();
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.show("topic_0");
    }

    fn tap(&mut self) {
        let topic = self.session.tap(&self.shown).unwrap();
        self.show(&topic);
    }

    fn screen(&self) -> Screen {
        self.shown.screen()
    }

    fn sent(&mut self) {
        self.shown = Shown::default();
    }

    fn save(&self) -> Option<String> {
        None
    }

    fn restore(&mut self, _: &str) {}
}
