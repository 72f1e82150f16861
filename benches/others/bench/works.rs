//! Loading, turns, and what there is to keep of a chat between two of them.

use std::hint::black_box;
use std::process::Command;

use others::engine::{Chat, ENGINES, Engine, Program};

use crate::agree;
use crate::pairs::{Ratio, ratio};
use crate::table::{Cell, Table, bytes, time};

const FLOOR: Engine = ENGINES[0];
/// What a program has where only its size does not matter.
const SEQUENCES: usize = 100;
const SESSIONS: usize = 10_000;

/// From source text to a chat that can have its first turn.
pub(crate) fn load(table: &mut Table, sequences: usize) {
    let run = |engine: Engine, source: &[String]| {
        let program = (engine.load)(source);
        drop(black_box(program.open()));
    };
    let floor_source = (FLOOR.source)(sequences);
    row(table, &format!("load {sequences} sequences"), |engine| {
        let source = (engine.source)(sequences);
        Ok(ratio(&mut || run(engine, &source), &mut || {
            run(FLOOR, &floor_source);
        }))
    });
}

/// A tap opens a sequence, a condition holds, a text reads attributes, three options are shown.
pub(crate) fn turn(table: &mut Table, sequences: usize) {
    let floor = program(FLOOR, sequences);
    row(table, &format!("turn in {sequences} sequences"), |engine| {
        let program = program(engine, sequences);
        let (mut chat, mut floor) = (program.open(), floor.open());
        agree::on_what_is_shown(engine.name, chat.as_mut(), floor.as_mut());
        Ok(ratio(&mut || chat.tap(), &mut || floor.tap()))
    });
}

/// The same, and the host keeps nothing of what is shown.
pub(crate) fn lent_turn(table: &mut Table, sequences: usize) {
    let floor = program(FLOOR, sequences);
    row(
        table,
        &format!("the same in {sequences} sequences, lent"),
        |engine| {
            let program = program(engine, sequences);
            let (mut chat, mut floor) = (program.open(), floor.open());
            chat.start();
            floor.start();
            if !chat.tap_lent() {
                return Err("gives away what it shows");
            }
            let mut tap_lent = || {
                black_box(chat.tap_lent());
            };
            Ok(ratio(&mut tap_lent, &mut || floor.tap()))
        },
    );
}

/// One of many sessions after the other, none of which is warm.
pub(crate) fn save(table: &mut Table) {
    over_sessions(table, "save a session", |sessions| sessions.save_next());
}

pub(crate) fn restore(table: &mut Table) {
    over_sessions(table, "restore a session", |sessions| sessions.restore_next());
}

fn over_sessions(table: &mut Table, work: &str, next: fn(&mut Sessions<'_>)) {
    let floor = program(FLOOR, SEQUENCES);
    let mut floor = Sessions::of(floor.as_ref());
    row(table, work, |engine| {
        if let Some(reason) = engine.unsaved {
            return Err(reason);
        }
        let program = program(engine, SEQUENCES);
        let mut sessions = Sessions::of(program.as_ref());
        Ok(ratio(&mut || next(&mut sessions), &mut || next(&mut floor)))
    });
}

struct Sessions<'p> {
    chats: Vec<Box<dyn Chat + 'p>>,
    saved: String,
    next: usize,
}

impl<'p> Sessions<'p> {
    fn of(program: &'p dyn Program) -> Self {
        let mut chat = program.open();
        chat.start();
        chat.tap();
        let saved = chat.save().unwrap();
        let chats = (0..SESSIONS).map(|_| {
            let mut chat = program.open();
            chat.restore(&saved);
            chat
        });
        Self {
            chats: chats.collect(),
            saved,
            next: 0,
        }
    }

    fn next(&mut self) -> usize {
        self.next = (self.next + 1) % SESSIONS;
        self.next
    }

    fn save_next(&mut self) {
        let next = self.next();
        drop(black_box(self.chats[next].save()));
    }

    fn restore_next(&mut self) {
        let next = self.next();
        self.chats[next].restore(&self.saved);
    }
}

pub(crate) fn saved_bytes(table: &mut Table) {
    let saved = |engine: Engine| {
        let program = program(engine, SEQUENCES);
        let mut chat = program.open();
        chat.start();
        chat.tap();
        chat.save().map_or(0, |saved| saved.len())
    };
    sizes(table, "bytes of a saved session", |engine| match engine.unsaved {
        Some(reason) => Err(reason),
        None => Ok(saved(engine)),
    });
}

/// Bytes of the heap for a session between two turns.
pub(crate) fn live_bytes(table: &mut Table) {
    let live = |engine: Engine| {
        let counted = Command::new(env!("CARGO_BIN_EXE_live")).arg(engine.name).output();
        let counted = String::from_utf8(counted.unwrap().stdout).unwrap();
        counted.trim().parse::<usize>().unwrap()
    };
    sizes(table, "bytes of a live session", |engine| match engine.sessions {
        0 => Err(engine.unsaved.unwrap()),
        _ => Ok(live(engine)),
    });
}

fn program(engine: Engine, sequences: usize) -> Box<dyn Program> {
    (engine.load)(&(engine.source)(sequences))
}

/// A row of times, in multiples of the floor's.
fn row(table: &mut Table, work: &str, mut measure: impl FnMut(Engine) -> Result<Ratio, &'static str>) {
    let others: Vec<_> = ENGINES[1..].iter().map(|engine| measure(*engine)).collect();
    let floor = others.iter().flatten().map(|ratio| ratio.floor);
    let floor = crate::pairs::median(floor.collect());
    table.row(
        work,
        time(floor),
        others.into_iter().map(|ratio| match ratio {
            Ok(ratio) if ratio.is_of_one => Cell::TimesOnce(ratio.times),
            Ok(ratio) => Cell::Times(ratio.times),
            Err(reason) => Cell::Cannot(reason),
        }),
    );
}

/// A row of sizes, in multiples of the floor's.
fn sizes(table: &mut Table, work: &str, size: impl Fn(Engine) -> Result<usize, &'static str>) {
    let floor = size(FLOOR).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let others = ENGINES[1..].iter().map(|engine| match size(*engine) {
        Ok(size) => Cell::Times(size as f64 / floor as f64),
        Err(reason) => Cell::Cannot(reason),
    });
    table.row(work, bytes(floor), others);
}
