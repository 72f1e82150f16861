//! rhai: a script with a function for each sequence, compiled once with the default optimisation.
//!
//! Functions of the host collect what is shown. The customer is a map, bound to `this` and so never copied, and
//! the statements beside functions, of which there are none, are not run again for each turn.

use std::cell::RefCell;
use std::rc::Rc;

use ::rhai::{AST, CallFnOptions, Dynamic, Engine as Runner, ImmutableString, Map, Scope};

use crate::engine::{Chat, Engine, Program, Screen, topics};

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
    engine: Runner,
    ast: AST,
    shown: Rc<RefCell<Shown>>,
}

#[derive(Default)]
struct Shown {
    text: String,
    prompt: String,
    options: Vec<Choice>,
}

struct Choice {
    title: String,
    leads_to: String,
}

fn load(files: &[String]) -> Box<dyn Program> {
    let shown = Rc::new(RefCell::new(Shown::default()));
    let mut engine = Runner::new();
    let screen = Rc::clone(&shown);
    engine.register_fn("say", move |text: ImmutableString| {
        screen.borrow_mut().text = text.into_owned();
    });
    let screen = Rc::clone(&shown);
    engine.register_fn("ask", move |prompt: ImmutableString| {
        screen.borrow_mut().prompt = prompt.into_owned();
    });
    let screen = Rc::clone(&shown);
    engine.register_fn(
        "option",
        move |title: ImmutableString, leads_to: ImmutableString| {
            let (title, leads_to) = (title.into_owned(), leads_to.into_owned());
            screen.borrow_mut().options.push(Choice { title, leads_to });
        },
    );
    let ast = engine.compile_scripts_with_scope(&Scope::new(), files).unwrap();
    Box::new(Script { engine, ast, shown })
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
            shown: Shown::default(),
        })
    }
}

struct Talk<'p> {
    script: &'p Script,
    customer: Dynamic,
    shown: Shown,
}

impl Talk<'_> {
    fn show(&mut self, topic: &str) {
        let Script { engine, ast, shown } = self.script;
        let options = CallFnOptions::new()
            .eval_ast(false)
            .bind_this_ptr(&mut self.customer);
        let mut scope = Scope::new();
        let called: Result<(), _> = engine.call_fn_with_options(options, &mut scope, ast, topic, ());
        called.unwrap();
        self.shown = shown.take();
    }
}

impl Chat for Talk<'_> {
    fn start(&mut self) {
        self.show("topic_0");
    }

    fn tap(&mut self) {
        let tapped = self.shown.options.swap_remove(1);
        self.show(&tapped.leads_to);
    }

    fn screen(&self) -> Screen {
        let options = self.shown.options.iter();
        Screen {
            text: self.shown.text.clone(),
            prompt: self.shown.prompt.clone(),
            titles: options.map(|option| option.title.clone()).collect(),
        }
    }

    fn sent(&mut self) {
        self.shown = Shown::default();
    }

    fn save(&self) -> Option<String> {
        None
    }

    fn restore(&mut self, _: &str) {}
}
