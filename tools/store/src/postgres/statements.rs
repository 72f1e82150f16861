//! Every statement of the store.
//!
//! Where one statement depends on what another transaction may be writing, the row of the session is locked by a
//! statement of its own before: the next one sees what was committed until then, and nothing comes between.
//! `now()` is the database's clock when the transaction began.

pub(super) const NOW: &str = "SELECT clock_timestamp()";

pub(super) const LOAD: &str = "
SELECT version, session, customer
FROM sayflow_session JOIN sayflow_record USING (conversation)
WHERE conversation = $1";

/// $1 conversation, $2 the input's id, $3 the input. One statement, so that it needs no transaction; no
/// row comes back where the id is known.
///
/// A claim that is held goes on: its commit looks for inputs that wait.
pub(super) const RECEIVE: &str = "
WITH arrived AS (
  INSERT INTO sayflow_inbox (conversation, id, input, arrived_at)
  VALUES ($1, $2, $3, clock_timestamp())
  ON CONFLICT (conversation, id) DO NOTHING
  RETURNING conversation, arrived_at
)
INSERT INTO sayflow_session AS session (conversation, ready_at)
SELECT conversation, arrived_at FROM arrived
ON CONFLICT (conversation) DO UPDATE SET ready_at = CASE
  WHEN session.leased_until IS NULL THEN least(session.ready_at, excluded.ready_at)
  ELSE session.ready_at
END";

/// $1 the lease in seconds. Rows that others have locked are left to them.
pub(super) const CLAIM_ANY: &str = "
WITH ready AS MATERIALIZED (
  SELECT conversation FROM sayflow_session
  WHERE ready_at <= now()
  ORDER BY ready_at
  LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE sayflow_session AS session SET
  fence = fence + 1,
  attempts = attempts + 1,
  leased_until = now() + make_interval(secs => $1),
  ready_at = now() + make_interval(secs => $1)
FROM ready
WHERE session.conversation = ready.conversation
RETURNING session.conversation, version, fence, attempts, rings_at, now()";

/// $1 the lease in seconds, $2 the conversation. Whoever holds this one row holds it for moments: it is waited for.
pub(super) const CLAIM_ONE: &str = "
UPDATE sayflow_session SET
  fence = fence + 1,
  attempts = attempts + 1,
  leased_until = now() + make_interval(secs => $1),
  ready_at = now() + make_interval(secs => $1)
WHERE conversation = $2 AND ready_at <= now()
RETURNING conversation, version, fence, attempts, rings_at, now()";

/// $1 conversation.
pub(super) const RECORD: &str = "
SELECT session, customer FROM sayflow_record WHERE conversation = $1";

/// $1 conversation: its first input that waits.
pub(super) const WAITING: &str = "
SELECT entry, id, input, arrived_at FROM sayflow_inbox
WHERE conversation = $1 AND handled_at IS NULL
ORDER BY entry
LIMIT 1";

/// $1 conversation.
pub(super) const LOCK: &str = "
SELECT version, fence, leased_until IS NOT NULL AS is_claimed
FROM sayflow_session
WHERE conversation = $1
FOR UPDATE";

/// $1 conversation. What is not there cannot be locked.
pub(super) const BEGIN: &str = "
INSERT INTO sayflow_session (conversation) VALUES ($1) ON CONFLICT DO NOTHING";

/// $1 conversation, $2 the new version, $3 session, $4 customer, $5 when the timer rings.
///
/// A claim that is held goes on until its commit finds the other version.
pub(super) const SAVE: &str = "
WITH record AS (
  INSERT INTO sayflow_record (conversation, session, customer) VALUES ($1, $3, $4)
  ON CONFLICT (conversation) DO UPDATE SET session = excluded.session, customer = excluded.customer
)
UPDATE sayflow_session SET
  version = $2,
  rings_at = $5,
  ready_at = CASE WHEN leased_until IS NULL THEN least($5, (
    SELECT arrived_at FROM sayflow_inbox
    WHERE conversation = $1 AND handled_at IS NULL
    ORDER BY entry
    LIMIT 1
  )) ELSE ready_at END
WHERE conversation = $1";

/// $1 conversation, $2 the new version, $3 session, $4 customer, $5 when the timer rings, $6 the number of the input,
/// $7 the rows of the outbox. Everything that a turn changes, and the end of the claim; whoever is delivering goes on.
pub(super) const COMMIT: &str = "
WITH record AS (
  INSERT INTO sayflow_record (conversation, session, customer) VALUES ($1, $3, $4)
  ON CONFLICT (conversation) DO UPDATE SET session = excluded.session, customer = excluded.customer
), handled AS (
  UPDATE sayflow_inbox SET handled_at = now() WHERE entry = $6
), outbox AS (
  INSERT INTO sayflow_outbox (conversation, version, place, outgoing)
  SELECT $1, $2, place - 1, outgoing
  FROM unnest($7::text[]) WITH ORDINALITY AS rows (outgoing, place)
)
UPDATE sayflow_session SET
  version = $2,
  attempts = 0,
  leased_until = NULL,
  rings_at = $5,
  ready_at = least($5, (
    SELECT arrived_at FROM sayflow_inbox
    WHERE conversation = $1 AND handled_at IS NULL AND entry IS DISTINCT FROM $6
    ORDER BY entry
    LIMIT 1
  )),
  deliver_at = CASE WHEN cardinality($7::text[]) = 0 THEN deliver_at ELSE coalesce(deliver_at, now()) END
WHERE conversation = $1";

/// $1 conversation, $2 the number of the input, $3 the input, $4 the reason. Without a number it is the timer that is
/// refused, and unset. Ends the claim.
pub(super) const REFUSE: &str = "
WITH refused AS (
  INSERT INTO sayflow_refused (conversation, input, reason, refused_at) VALUES ($1, $3, $4, now())
), handled AS (
  UPDATE sayflow_inbox SET handled_at = now() WHERE entry = $2
)
UPDATE sayflow_session SET
  attempts = 0,
  leased_until = NULL,
  rings_at = CASE WHEN $2::bigint IS NULL THEN NULL ELSE rings_at END,
  ready_at = least(CASE WHEN $2::bigint IS NULL THEN NULL ELSE rings_at END, (
    SELECT arrived_at FROM sayflow_inbox
    WHERE conversation = $1 AND handled_at IS NULL AND entry IS DISTINCT FROM $2
    ORDER BY entry
    LIMIT 1
  ))
WHERE conversation = $1";

/// $1 conversation. Ends a claim that can write nothing any more; what it was for is done again at once.
pub(super) const GIVE_BACK: &str = "
UPDATE sayflow_session SET attempts = 0, leased_until = NULL, ready_at = least(rings_at, (
  SELECT arrived_at FROM sayflow_inbox
  WHERE conversation = $1 AND handled_at IS NULL
  ORDER BY entry
  LIMIT 1
))
WHERE conversation = $1";

/// $1 how many.
pub(super) const REFUSED: &str = "
SELECT conversation, input, reason, refused_at
FROM sayflow_refused
ORDER BY number DESC
LIMIT $1";

/// $1 the lease in seconds.
pub(super) const TAKE_ANY: &str = "
WITH waiting AS MATERIALIZED (
  SELECT conversation FROM sayflow_session
  WHERE deliver_at <= now()
  ORDER BY deliver_at
  LIMIT 1
  FOR UPDATE SKIP LOCKED
)
UPDATE sayflow_session AS session SET deliver_at = now() + make_interval(secs => $1)
FROM waiting
WHERE session.conversation = waiting.conversation
RETURNING session.conversation";

/// $1 the lease in seconds, $2 the conversation.
pub(super) const TAKE_ONE: &str = "
UPDATE sayflow_session SET deliver_at = now() + make_interval(secs => $1)
WHERE conversation = $2 AND deliver_at <= now()
RETURNING conversation";

/// $1 conversation, $2 how many: the first rows that wait, and a note of the last of them.
pub(super) const TAKEN: &str = "
WITH taken AS MATERIALIZED (
  SELECT version, place, outgoing FROM sayflow_outbox
  WHERE conversation = $1 AND delivered_at IS NULL
  ORDER BY version, place
  LIMIT $2
), noted AS (
  UPDATE sayflow_session SET (taken_version, taken_place) = (
    SELECT version, place FROM taken ORDER BY version DESC, place DESC LIMIT 1
  )
  WHERE conversation = $1
)
SELECT version, place, outgoing FROM taken ORDER BY version, place";

/// $1 conversation, $2 version, $3 place. With the last of what was taken, the lease ends: what came since can be taken
/// at once.
pub(super) const DELIVERED: &str = "
WITH delivered AS (
  UPDATE sayflow_outbox SET delivered_at = now()
  WHERE conversation = $1 AND version = $2 AND place = $3 AND delivered_at IS NULL
)
UPDATE sayflow_session SET
  taken_version = NULL,
  taken_place = NULL,
  deliver_at = (
    SELECT now() FROM sayflow_outbox
    WHERE conversation = $1 AND delivered_at IS NULL AND (version, place) <> ($2, $3)
    LIMIT 1
  )
WHERE conversation = $1 AND NOT EXISTS (
  SELECT FROM sayflow_outbox AS waiting
  WHERE waiting.conversation = $1 AND waiting.delivered_at IS NULL AND (waiting.version, place) <> ($2, $3)
    AND (waiting.version, place) <= (taken_version, taken_place)
)";

/// $1 conversation. Nothing waits there any more.
pub(super) const NOTHING_TO_DELIVER: &str = "
UPDATE sayflow_session SET deliver_at = NULL WHERE conversation = $1";

/// $1 an age in seconds; each of these.
pub(super) const PRUNE: [&str; 3] = [
    "DELETE FROM sayflow_inbox WHERE handled_at < now() - make_interval(secs => $1)",
    "DELETE FROM sayflow_outbox WHERE delivered_at < now() - make_interval(secs => $1)",
    "DELETE FROM sayflow_refused WHERE refused_at < now() - make_interval(secs => $1)",
];
