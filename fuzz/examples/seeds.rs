//! Writes what a fuzzer begins with: `cargo run -p sayflow-fuzz --example seeds -- FOLDER`.
//!
//! A folder of seeds for each target, from the flows, catalogs, replies and sessions of the examples and tests, and a
//! dictionary from the table of the language's words.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use sayflow::syntax::words::{self, ARROWS, OPERATOR_SIGNS};
use sayflow::{Customer, Engine, Input, NoCalls, Session};
use sayflow_fuzz::flows;

fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .ok_or_else(|| Error::other("seeds FOLDER: where to?"))?;
    let out = Path::new(&folder);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for part in ["examples", "tests", "tools/kit/tests", "tools/test/tests"] {
        find(&repository.join(part), &mut files)?;
    }
    files.sort();
    let texts = |extension: &str| with_extension(&files, extension);

    for flow in texts("flow")? {
        for target in ["parse", "format", "check"] {
            write(out, target, &flow)?;
        }
        // A flow that stands in the bytes, then a start and a few texts.
        write(
            out,
            "turn",
            &[
                b"\0\x03",
                flow.as_slice(),
                b"\0\0\0\0\0\0\x02\x05\0\0\0\0\x05\x01\0\0\0\0",
            ]
            .concat(),
        )?;
    }
    for catalog in texts("po")? {
        write(out, "catalog", &catalog)?;
    }
    for reply in texts("json")?.iter().filter(|reply| reply.len() < 4_000) {
        for api in b"012345" {
            write(out, "reply", &[&[*api, b'0'], reply.as_slice()].concat())?;
        }
    }
    for session in sessions() {
        write(out, "session", &session)?;
    }
    for conversation in 0..=u8::MAX {
        write(out, "turn", &conversation_of(conversation))?;
    }
    fs::write(out.join("flow.dict"), dictionary())
}

/// Every file below a folder.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => find(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn with_extension(files: &[PathBuf], extension: &str) -> Result<Vec<Vec<u8>>> {
    let files = files
        .iter()
        .filter(|path| path.extension().is_some_and(|found| found == extension));
    files.map(fs::read).collect()
}

/// Writes a seed under a name that its bytes decide, so that two alike are one.
fn write(out: &Path, target: &str, bytes: &[u8]) -> Result<()> {
    let folder = out.join(target);
    fs::create_dir_all(&folder)?;
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    fs::write(folder.join(format!("{hash:016x}")), bytes)
}

/// Sessions as they are saved after a few inputs, each in its flow and with its customer.
fn sessions() -> Vec<Vec<u8>> {
    let said = ["S", "5", "help", "AB-123456", "2026-11-20"].map(Input::text);
    let mut saved = Vec::new();
    for (nth, program) in flows::written().iter().enumerate() {
        let engine = Engine::new(program.clone());
        for start in program.sequences().map(Input::start_at).chain([Input::start()]) {
            let (mut session, mut customer) = (Session::new(), Customer::new(7));
            for (id, input) in [start].iter().chain(&said).enumerate() {
                let input = input.clone().with_id(format!("m-{id}"));
                let Ok(_) = engine.turn(&mut session, &mut customer, &input, &NoCalls) else {
                    break;
                };
                let json = (serde_json::to_vec(&session), serde_json::to_vec(&customer));
                if let (Ok(session), Ok(customer)) = json {
                    let flow = u8::try_from(nth).unwrap_or_default();
                    saved.push([&[flow], session.as_slice(), b"\0", &customer].concat());
                }
            }
        }
    }
    saved
}

/// Bytes without an order, the same each time: a flow that they make, and what is said in it.
fn conversation_of(nth: u8) -> Vec<u8> {
    let mut state = u32::from(nth) + 1;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let length = byte() % 90;
    let flow: Vec<u8> = (0..length).map(|_| byte()).collect();
    let said: Vec<u8> = (0..120).map(|_| byte()).collect();
    [&[nth, 1, length], flow.as_slice(), &said].concat()
}

/// Every word and sign of the language, and the words of contract and store, in the form that libFuzzer reads.
fn dictionary() -> String {
    let groups = words::groups();
    let mut words: BTreeSet<&str> = groups.iter().flat_map(|group| &group.words).copied().collect();
    words.extend(ARROWS.into_iter().chain(OPERATOR_SIGNS).chain(SIGNS));
    words.extend(KEYS);
    let escaped = words.into_iter().map(|word| {
        let bytes: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{bytes}\"\n")
    });
    escaped.collect()
}

/// Signs that the table of words does not have.
const SIGNS: [&str; 16] = [
    "\"", "\"\"\"", "{", "}", "{{", "}}", "<<", ">>", "|", "@", "\\", "//", "///", "\0", "\u{feff}", "“",
];

/// Keys and words of replies, sessions and catalogs.
const KEYS: [&str; 34] = [
    "\"success\":true",
    "\"data\":",
    "\"attributes\":{",
    "\"message\":",
    "\"title\":",
    "\"type\":",
    "\"value\":",
    "\"url\":",
    "\"extra\":",
    "\"buttons\":[",
    "\"sequence\"",
    "\"format\":2",
    "\"started\":true",
    "\"returns\":[",
    "\"question\":{\"at\":",
    "\"visits\":{",
    "\"once\":[",
    "\"options\":[",
    "\"next\":",
    "\"screen\":",
    "\"inputs\":[",
    "\"call\":",
    "\"silence\":",
    "\"shown\":[",
    "\"gave\":[",
    "\"block\":{",
    "msgid ",
    "msgstr ",
    "msgstr[1] ",
    "msgid_plural ",
    "msgctxt ",
    "#, fuzzy",
    "Plural-Forms: nplurals=2; plural=",
    "s3cr/t-key",
];
