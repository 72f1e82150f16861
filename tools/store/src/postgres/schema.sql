-- Version 1 of the store's tables. All moments are the database's own.

CREATE TABLE sayflow_store (
  version integer NOT NULL
);

-- One row for each conversation: what is locked, and what is written several times in a turn. It is
-- narrow because PostgreSQL copies a row as a whole each time; the record, which is not, stands beside it.
CREATE TABLE sayflow_session (
  conversation text COLLATE "C" PRIMARY KEY,
  -- How often the record was written or forgotten, and when in this count it was forgotten last: there is none where both
  -- are the same.
  version bigint NOT NULL DEFAULT 0,
  forgotten bigint NOT NULL DEFAULT 0,
  -- The number of the last claim, and how many there were since the last commit or save.
  fence bigint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  -- When the claim ends; none is held where it is null.
  leased_until timestamptz,
  -- When the timer rings.
  rings_at timestamptz,
  -- From when on it can be claimed: the first of inbox and timer, or the end of the claim.
  ready_at timestamptz,
  -- From when on its outbox can be taken, and the last row of those that were: null where nothing waits.
  deliver_at timestamptz,
  taken_version bigint,
  taken_place integer
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX sayflow_session_ready ON sayflow_session (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX sayflow_session_deliver ON sayflow_session (deliver_at) WHERE deliver_at IS NOT NULL;

-- Text and not jsonb: what is written is read back to the letter, and U+0000 is allowed in a JSON text.
CREATE TABLE sayflow_record (
  conversation text COLLATE "C" PRIMARY KEY,
  session text NOT NULL,
  customer text NOT NULL
);

-- What has arrived. A handled row stays for its id, without what the customer wrote, until it is pruned.
CREATE TABLE sayflow_inbox (
  entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  -- The channel's; null where it gave none.
  id text COLLATE "C",
  input text,
  arrived_at timestamptz NOT NULL,
  handled_at timestamptz,
  UNIQUE (conversation, id)
);
CREATE INDEX sayflow_inbox_waiting ON sayflow_inbox (conversation, entry) WHERE handled_at IS NULL;
-- Rows are handled about in the order in which they came: a summary for each range of pages is enough to prune.
CREATE INDEX sayflow_inbox_handled ON sayflow_inbox USING brin (handled_at);

-- What is to be delivered, each under its key `conversation/version/place`.
CREATE TABLE sayflow_outbox (
  conversation text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  place integer NOT NULL,
  outgoing text NOT NULL,
  delivered_at timestamptz,
  PRIMARY KEY (conversation, version, place)
);
CREATE INDEX sayflow_outbox_waiting ON sayflow_outbox (conversation, version, place) WHERE delivered_at IS NULL;
CREATE INDEX sayflow_outbox_delivered ON sayflow_outbox USING brin (delivered_at);

-- Inputs that the engine would not take, for a person to look at.
CREATE TABLE sayflow_refused (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  -- That of the inbox; null for a timer.
  entry bigint,
  input text NOT NULL,
  -- A JSON string.
  reason text NOT NULL,
  refused_at timestamptz NOT NULL
);
