-- Every call of the store that changes something is one of these functions: one statement of the client, one transaction.
-- No lock is ever held while a client is on its way, so a worker that is stopped holds up nobody.
--
-- Each locks the row of the session by a statement of its own, and only then looks at the rest: the next statement sees
-- what was committed until then, and nothing comes between. `now()` is the database's clock when the call came.

-- From when on a conversation can be claimed whose timer rings at that moment.
CREATE FUNCTION sayflow_ready(name text, rings_at timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
  SELECT least(rings_at, (
    SELECT arrived_at FROM sayflow_inbox
    WHERE conversation = name AND handled_at IS NULL
    ORDER BY entry
    LIMIT 1
  ))
$$;

-- Whether the input is new. A claim that is held goes on: its commit looks for inputs that wait.
CREATE FUNCTION sayflow_receive(name text, input_id text, new_input text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  arrived timestamptz := clock_timestamp();
BEGIN
  INSERT INTO sayflow_inbox (conversation, id, input, arrived_at)
  VALUES (name, input_id, new_input, arrived)
  ON CONFLICT (conversation, id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO sayflow_session AS session (conversation, ready_at) VALUES (name, arrived)
  ON CONFLICT (conversation) DO UPDATE SET ready_at = least(session.ready_at, arrived)
  WHERE session.leased_until IS NULL;
  RETURN true;
END $$;

-- The version of the record: 0 where there is none.
CREATE FUNCTION sayflow_written(version bigint, forgotten bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN version = forgotten THEN 0 ELSE version END
$$;

-- Takes the conversation that has been ready for longest, or the wanted one. Rows that others have locked
-- are left to them; for a wanted one, which is locked for moments, it waits. Without an entry it is the timer that rings.
CREATE FUNCTION sayflow_claim(wanted text, lease interval) RETURNS TABLE (
  conversation text, version bigint, fence bigint, attempts integer, claimed_at timestamptz,
  session text, customer text, rings_at timestamptz, entry bigint, id text, input text, arrived_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  ready sayflow_session;
  waiting sayflow_inbox;
  until timestamptz;
BEGIN
  LOOP
    IF wanted IS NULL THEN
      SELECT * INTO ready FROM sayflow_session
      WHERE ready_at <= now()
      ORDER BY ready_at
      LIMIT 1
      FOR UPDATE SKIP LOCKED;
    ELSE
      SELECT * INTO ready FROM sayflow_session
      WHERE conversation = wanted AND ready_at <= now()
      FOR UPDATE;
    END IF;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    SELECT * INTO waiting FROM sayflow_inbox
    WHERE conversation = ready.conversation AND handled_at IS NULL
    ORDER BY entry
    LIMIT 1;
    IF ready.rings_at <= least(now(), waiting.arrived_at) THEN
      waiting := NULL;
      EXIT;
    END IF;
    EXIT WHEN waiting.entry IS NOT NULL;
    -- The host saved another session while a claim was out, and the lease that has ended was all there was.
    UPDATE sayflow_session
    SET attempts = 0, leased_until = NULL, ready_at = sayflow_ready(ready.conversation, rings_at)
    WHERE conversation = ready.conversation;
  END LOOP;
  until := now() + lease;
  -- From the second attempt on it is longer by up to half, for each conversation and attempt by another part: what a process
  -- had claimed when one input killed it is not claimed together again, to die with that input once more.
  IF ready.attempts > 0 THEN
    until := until + lease * ((hashtextextended(ready.conversation, ready.attempts) & 511) / 1024.0);
  END IF;
  RETURN QUERY
  WITH claimed AS (
    UPDATE sayflow_session SET
      fence = fence + 1,
      attempts = attempts + 1,
      leased_until = until,
      ready_at = until
    WHERE conversation = ready.conversation
    RETURNING version, fence, attempts
  )
  SELECT
    ready.conversation, sayflow_written(claimed.version, ready.forgotten), claimed.fence, claimed.attempts, now(),
    record.session, record.customer, ready.rings_at, waiting.entry, waiting.id, waiting.input, waiting.arrived_at
  FROM claimed
  LEFT JOIN sayflow_record AS record ON record.conversation = ready.conversation;
END $$;

-- Takes back the attempt of a claim that the client cannot read, or whose turn could not be written. The conversation rests
-- until the lease ends nevertheless.
CREATE FUNCTION sayflow_uncount(name text, claim_fence bigint, claim_attempt integer) RETURNS void LANGUAGE sql AS $$
  UPDATE sayflow_session SET attempts = least(attempts, claim_attempt - 1)
  WHERE conversation = name AND fence = claim_fence AND leased_until IS NOT NULL
$$;

-- Whether the claim is still held, and on the version that it has seen. One that was overtaken by a save
-- is given back: what it was for can be done again at once.
CREATE FUNCTION sayflow_is_held(name text, claim_fence bigint, seen_version bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  held sayflow_session;
BEGIN
  SELECT * INTO held FROM sayflow_session
  WHERE conversation = name AND fence = claim_fence AND leased_until IS NOT NULL
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF sayflow_written(held.version, held.forgotten) = seen_version THEN
    RETURN true;
  END IF;
  UPDATE sayflow_session
  SET attempts = 0, leased_until = NULL, ready_at = sayflow_ready(name, held.rings_at)
  WHERE conversation = held.conversation;
  RETURN false;
END $$;

-- Everything that a turn changes, and the end of the claim. The version that it has then; null where it was
-- overtaken. Whoever is delivering goes on.
CREATE FUNCTION sayflow_commit(
  name text, claim_fence bigint, seen_version bigint, new_session text, new_customer text, new_rings_at timestamptz,
  handled_entry bigint, rows text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  new_version bigint;
BEGIN
  IF NOT sayflow_is_held(name, claim_fence, seen_version) THEN
    RETURN NULL;
  END IF;
  SELECT version + 1 INTO new_version FROM sayflow_session WHERE conversation = name;
  INSERT INTO sayflow_record (conversation, session, customer) VALUES (name, new_session, new_customer)
  ON CONFLICT (conversation) DO UPDATE SET session = new_session, customer = new_customer;
  UPDATE sayflow_inbox SET handled_at = now(), input = NULL WHERE entry = handled_entry;
  INSERT INTO sayflow_outbox (conversation, version, place, outgoing)
  SELECT name, new_version, number - 1, outgoing
  FROM unnest(rows) WITH ORDINALITY AS written (outgoing, number);
  UPDATE sayflow_session SET
    version = new_version,
    attempts = 0,
    leased_until = NULL,
    rings_at = new_rings_at,
    ready_at = sayflow_ready(name, new_rings_at),
    deliver_at = CASE WHEN cardinality(rows) = 0 THEN deliver_at ELSE coalesce(deliver_at, now()) END
  WHERE conversation = name;
  RETURN new_version;
END $$;

-- Keeps an input with the reason why it is none, and ends the claim. Without an entry it is the timer, which is unset.
CREATE FUNCTION sayflow_refuse(
  name text, claim_fence bigint, seen_version bigint, handled_entry bigint, refused_input text, refused_reason text
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT sayflow_is_held(name, claim_fence, seen_version) THEN
    RETURN false;
  END IF;
  INSERT INTO sayflow_refused (conversation, entry, input, reason, refused_at)
  VALUES (name, handled_entry, refused_input, refused_reason, now());
  UPDATE sayflow_inbox SET handled_at = now(), input = NULL WHERE entry = handled_entry;
  IF handled_entry IS NULL THEN
    UPDATE sayflow_session SET rings_at = NULL WHERE conversation = name;
  END IF;
  UPDATE sayflow_session SET attempts = 0, leased_until = NULL, ready_at = sayflow_ready(name, rings_at)
  WHERE conversation = name;
  RETURN true;
END $$;

-- Writes a record if the version is still the one that was seen, with its timer or that of the version seen. A claim that is
-- held goes on, and its commit finds the other version. Attempts are counted anew: what comes next may be another input.
-- The version that it has then; null for a conflict.
CREATE FUNCTION sayflow_save(
  name text, seen_version bigint, new_session text, new_customer text, new_rings_at timestamptz, keeps_timer boolean
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  held sayflow_session;
BEGIN
  IF seen_version = 0 THEN
    INSERT INTO sayflow_session (conversation) VALUES (name) ON CONFLICT DO NOTHING;
  END IF;
  SELECT * INTO held FROM sayflow_session
  WHERE conversation = name AND sayflow_written(version, forgotten) = seen_version
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO sayflow_record (conversation, session, customer) VALUES (name, new_session, new_customer)
  ON CONFLICT (conversation) DO UPDATE SET session = new_session, customer = new_customer;
  IF keeps_timer THEN
    new_rings_at := held.rings_at;
  END IF;
  UPDATE sayflow_session SET
    version = held.version + 1,
    attempts = 0,
    rings_at = new_rings_at,
    ready_at = CASE WHEN leased_until IS NULL THEN sayflow_ready(name, new_rings_at) ELSE ready_at END
  WHERE conversation = name;
  RETURN held.version + 1;
END $$;

-- Takes what waits in the outbox of the conversation that has waited for longest, or of the wanted one.
CREATE FUNCTION sayflow_deliveries(wanted text, lease interval, at_most bigint) RETURNS TABLE (
  conversation text, version bigint, place integer, outgoing text, leased_until timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  name text;
BEGIN
  IF wanted IS NULL THEN
    SELECT conversation INTO name FROM sayflow_session
    WHERE deliver_at <= now()
    ORDER BY deliver_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED;
  ELSE
    SELECT conversation INTO name FROM sayflow_session
    WHERE conversation = wanted AND deliver_at <= now()
    FOR UPDATE;
  END IF;
  RETURN QUERY
  WITH taken AS MATERIALIZED (
    SELECT version, place, outgoing FROM sayflow_outbox
    WHERE conversation = name AND delivered_at IS NULL
    ORDER BY version, place
    LIMIT at_most
  ), noted AS (
    UPDATE sayflow_session SET (deliver_at, taken_version, taken_place) = (
      SELECT now() + lease, version, place FROM taken ORDER BY version DESC, place DESC LIMIT 1
    )
    WHERE conversation = name
  )
  SELECT name, version, place, outgoing, now() + lease FROM taken ORDER BY version, place;
END $$;

-- Notes that of the rows that were taken until then only those up to this one are handed out: the next cannot be read.
CREATE FUNCTION sayflow_cut(name text, until timestamptz, last_version bigint, last_place integer) RETURNS void
LANGUAGE sql AS $$
  UPDATE sayflow_session SET taken_version = last_version, taken_place = last_place
  WHERE conversation = name AND deliver_at = until
$$;

-- With the last row of those that were taken the lease ends: what came since can be taken at once.
CREATE FUNCTION sayflow_delivered(name text, row_version bigint, row_place integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM sayflow_session WHERE conversation = name FOR UPDATE;
  UPDATE sayflow_outbox SET delivered_at = now()
  WHERE conversation = name AND version = row_version AND place = row_place AND delivered_at IS NULL;
  UPDATE sayflow_session AS session SET
    taken_version = NULL,
    taken_place = NULL,
    deliver_at = (
      SELECT now() FROM sayflow_outbox
      WHERE conversation = name AND delivered_at IS NULL
      LIMIT 1
    )
  WHERE conversation = name AND deliver_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM sayflow_outbox AS waiting
    WHERE waiting.conversation = name AND waiting.delivered_at IS NULL
      AND (waiting.version, waiting.place) <= (session.taken_version, session.taken_place)
  );
END $$;

-- Deletes everything of a customer but the name and two numbers, which are above all that were given. A message that has not
-- come to the row of the session yet comes to it afterwards, and waits for its turn.
CREATE FUNCTION sayflow_forget(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM sayflow_session WHERE conversation = name FOR UPDATE;
  -- What comes from now on is a first message, and none of what is to be forgotten.
  IF NOT FOUND THEN
    RETURN;
  END IF;
  DELETE FROM sayflow_record WHERE conversation = name;
  DELETE FROM sayflow_inbox WHERE conversation = name;
  DELETE FROM sayflow_outbox WHERE conversation = name;
  DELETE FROM sayflow_refused WHERE conversation = name;
  UPDATE sayflow_session SET
    version = version + 1,
    forgotten = version + 1,
    fence = fence + 1,
    attempts = 0,
    leased_until = NULL,
    rings_at = NULL,
    ready_at = NULL,
    deliver_at = NULL,
    taken_version = NULL,
    taken_place = NULL
  WHERE conversation = name;
END $$;
