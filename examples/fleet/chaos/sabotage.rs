//! Stores that break one promise each, to see that the verifier finds it.
//!
//! Each is a trigger in the tables of the real store that falls on one conversation.

use crate::database::Database;

/// A broken promise, and what must be found of it.
pub(crate) struct Sabotage {
    pub(crate) name: &'static str,
    trigger: &'static str,
    body: &'static str,
    pub(crate) finding: &'static str,
}

pub(crate) const SABOTAGES: [Sabotage; 7] = [
    Sabotage {
        name: "an input is lost",
        trigger: "BEFORE INSERT ON sayflow_inbox FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.input LIKE '%rice%')",
        body: "NEW.handled_at := now();",
        finding: "web:000003, inputs: `rice 3` is lost",
    },
    Sabotage {
        name: "a redelivered input is not recognised",
        trigger: "BEFORE INSERT ON sayflow_inbox FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.input LIKE '%rice%')",
        body: "NEW.id := gen_random_uuid();",
        finding: "web:000003, inputs: `rice 3` is there too often",
    },
    Sabotage {
        name: "two inputs change places",
        trigger: "BEFORE INSERT ON sayflow_inbox FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.input LIKE '%soap%')",
        body: "IF NOT EXISTS (SELECT FROM sayflow_inbox WHERE id = NEW.id) THEN
                 UPDATE sayflow_inbox SET input = NEW.input
                 WHERE conversation = NEW.conversation AND input LIKE '%rice%';
                 NEW.input := replace(NEW.input, 'soap', 'rice');
               END IF;",
        finding: "web:000003, inputs: out of order: basket | soap 3 | rice 3 \
                  instead of basket | rice 3 | soap 3",
    },
    Sabotage {
        name: "a timer is forgotten",
        trigger: "BEFORE UPDATE ON sayflow_session FOR EACH ROW WHEN (NEW.conversation = 'web:000007' AND NEW.version = 4)",
        body: "NEW.rings_at := NULL; NEW.ready_at := NULL;",
        finding: "web:000007, inputs: `silence` is lost",
    },
    Sabotage {
        name: "a block is never delivered",
        trigger: "BEFORE INSERT ON sayflow_outbox FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.version = 1)",
        body: "IF NEW.place = 0 THEN NEW.delivered_at := now(); END IF;",
        finding: "web:000003, blocks: `Welcome! Name one item after the other.` is lost",
    },
    Sabotage {
        name: "a key has two contents",
        trigger: "BEFORE UPDATE ON sayflow_outbox FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.version = 1
                  AND NEW.outgoing LIKE '%Welcome%')",
        body: "NEW.delivered_at := NULL; NEW.outgoing := replace(NEW.outgoing, 'Welcome', 'Go away');",
        finding: "the block web:000003/1/0 was delivered with two contents",
    },
    Sabotage {
        name: "a claim is never ended",
        trigger: "BEFORE UPDATE ON sayflow_session FOR EACH ROW WHEN (NEW.conversation = 'web:000003' AND NEW.version = 3)",
        body: "NEW.leased_until := OLD.leased_until;",
        finding: "claims that nobody ended: 1",
    },
];

impl Sabotage {
    pub(crate) fn install(&self, database: &Database) -> Result<(), postgres::Error> {
        let Self { trigger, body, .. } = self;
        database.client()?.batch_execute(&format!(
            "CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$;
             CREATE TRIGGER sabotage {trigger} EXECUTE FUNCTION sabotage()"
        ))
    }
}
