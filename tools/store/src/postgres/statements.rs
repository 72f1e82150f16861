//! Every statement of the store: each is a call, and a transaction by itself. `functions.sql` says what they do.

pub(super) const NOW: &str = "SELECT clock_timestamp()";

pub(super) const LOAD: &str = "
SELECT version, session, customer
FROM sayflow_session LEFT JOIN sayflow_record USING (conversation)
WHERE conversation = $1 AND version <> forgotten";

pub(super) const SAVE: &str = "SELECT sayflow_save($1, $2, $3, $4, $5, $6)";

pub(super) const RECEIVE: &str = "SELECT sayflow_receive($1, $2, $3)";

pub(super) const IS_WAITING: &str = "
SELECT EXISTS (SELECT FROM sayflow_inbox WHERE conversation = $1 AND id = $2 AND handled_at IS NULL)";

pub(super) const CLAIM: &str = "SELECT * FROM sayflow_claim($1, make_interval(secs => $2))";

pub(super) const UNCOUNT: &str = "SELECT sayflow_uncount($1, $2, $3)";

pub(super) const COMMIT: &str = "SELECT sayflow_commit($1, $2, $3, $4, $5, $6, $7, $8)";

pub(super) const REFUSE: &str = "SELECT sayflow_refuse($1, $2, $3, $4, $5, $6)";

pub(super) const REFUSED: &str = "
SELECT conversation, input, reason, refused_at
FROM sayflow_refused
ORDER BY number DESC
LIMIT $1";

pub(super) const DELIVERIES: &str = "SELECT * FROM sayflow_deliveries($1, make_interval(secs => $2), $3)";

pub(super) const CUT: &str = "SELECT sayflow_cut($1, $2, $3, $4)";

pub(super) const DELIVERED: &str = "SELECT sayflow_delivered($1, $2, $3)";

pub(super) const FORGET: &str = "SELECT sayflow_forget($1)";

/// $1 an age in seconds. A refused input has a row of the inbox as well, for its id; a refused timer has none.
pub(super) const PRUNE: &str = "
WITH handled AS (
  DELETE FROM sayflow_inbox WHERE handled_at < now() - make_interval(secs => $1) RETURNING 1
), delivered AS (
  DELETE FROM sayflow_outbox WHERE delivered_at < now() - make_interval(secs => $1) RETURNING 1
), refused AS (
  DELETE FROM sayflow_refused WHERE refused_at < now() - make_interval(secs => $1) RETURNING entry
)
SELECT (SELECT count(*) FROM handled) + (SELECT count(*) FROM delivered)
  + (SELECT count(*) FROM refused WHERE entry IS NULL)";
