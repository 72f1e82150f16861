-- Moments are microseconds since the beginning of 1970, in UTC. JSON is text: it holds what `sayflow` writes.

-- One row for each conversation that has received an input or was saved.
CREATE TABLE conversation (
    name TEXT PRIMARY KEY NOT NULL,
    -- 0 where nothing was written yet; session and customer are NULL then.
    version INTEGER NOT NULL DEFAULT 0,
    session TEXT,
    customer TEXT,
    -- The number of the last claim, when its lease ends (0: it has ended with a commit), and how many claims
    -- there were since.
    fence INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When the timer rings.
    ring_at INTEGER,
    -- From when on it can be claimed: the arrival of the first input that waits, the timer, or the end of the lease.
    -- NULL where there is nothing to do.
    ready_at INTEGER
) STRICT;

CREATE INDEX conversation_ready ON conversation (ready_at) WHERE ready_at IS NOT NULL;

-- Inputs in the order of their arrival. One that is handled keeps its id and loses its content; one that is
-- refused keeps both.
CREATE TABLE inbox (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL,
    -- The channel's; NULL where it gave none, and for a timer that was refused.
    id TEXT,
    input TEXT,
    arrived_at INTEGER NOT NULL,
    handled_at INTEGER,
    refused_because TEXT
) STRICT;

CREATE UNIQUE INDEX inbox_id ON inbox (conversation, id) WHERE id IS NOT NULL;
CREATE INDEX inbox_waiting ON inbox (conversation, entry) WHERE handled_at IS NULL;
CREATE INDEX inbox_handled ON inbox (handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX inbox_refused ON inbox (handled_at, entry) WHERE refused_because IS NOT NULL;

-- Rows in the order in which they were written.
CREATE TABLE outbox (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    content TEXT NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER
) STRICT;

CREATE INDEX outbox_undelivered ON outbox (row) WHERE delivered_at IS NULL;
CREATE INDEX outbox_waiting ON outbox (conversation, row) WHERE delivered_at IS NULL;
CREATE INDEX outbox_delivered ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;
