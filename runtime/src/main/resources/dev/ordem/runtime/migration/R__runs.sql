-- The rules of asking, once for all who ask: the API, the command line, the schedule and SQL go
-- through these functions. What is not allowed is refused with an SQLSTATE of its own: OR400 (the
-- request cannot be), OR404 (no such account, run or order), OR409 (not now; the detail is the id
-- of the run in the way, if one is).

DROP FUNCTION IF EXISTS ordem_run(text, text, date, date, bigint, boolean, boolean);

CREATE OR REPLACE FUNCTION ordem_refuse(code text, reason text, detail text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF detail IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = reason;
  END IF;
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = reason, DETAIL = detail;
END
$$;
COMMENT ON FUNCTION ordem_refuse IS 'Ends the statement with one of OR400, OR404, OR409: SELECT ordem_refuse(''OR400'', ''max 0: must be positive'').';

CREATE OR REPLACE FUNCTION ordem_iso(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
COMMENT ON FUNCTION ordem_iso IS 'A moment as events carry it, in UTC: SELECT ordem_iso(now()).';

-- Not the session's day: an emission date is a day of the account's zone.
CREATE OR REPLACE FUNCTION ordem_today() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (clock_timestamp() AT TIME ZONE coalesce((SELECT z.zone FROM sync_zone z),
    'America/Sao_Paulo'))::date
$$;
COMMENT ON FUNCTION ordem_today IS 'The day that it is in SYNC_ZONE: SELECT ordem_today().';

-- What a run is asked to do, checked; a plan asks this, too.
CREATE OR REPLACE FUNCTION ordem_request(
  mode         text,
  account      text,
  "from"       date    DEFAULT NULL,
  "to"         date    DEFAULT NULL,
  max          bigint  DEFAULT NULL,
  headers_only boolean DEFAULT false,
  start_later  boolean DEFAULT false)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  first_day CONSTANT date := DATE '2000-01-01';
  last_day  CONSTANT date := (ordem_today() + interval '1 year')::date;
  reads     text := lower(ordem_request.mode);
BEGIN
  IF reads = 'details-only' THEN
    reads := 'details';
  END IF;
  IF reads IS NULL
      OR reads NOT IN ('incremental', 'full', 'period', 'details', 'reconcile', 'auto') THEN
    PERFORM ordem_refuse('OR400', format(
      'mode "%s": use incremental, full, period, details, reconcile, auto or resume', ordem_request.mode));
  END IF;
  IF ordem_request.account IS NULL OR ordem_request.account !~ '^[a-z0-9][a-z0-9-]{0,62}$' THEN
    PERFORM ordem_refuse('OR400', format(
      'account "%s": use lower-case letters, digits and hyphens', ordem_request.account));
  END IF;
  IF reads = 'period' AND ("from" IS NULL OR "to" IS NULL) THEN
    PERFORM ordem_refuse('OR400', 'mode period needs both from and to');
  END IF;
  IF reads <> 'period' AND ("from" IS NOT NULL OR "to" IS NOT NULL) THEN
    PERFORM ordem_refuse('OR400', 'from and to go with mode period only');
  END IF;
  IF "from" NOT BETWEEN first_day AND last_day THEN
    PERFORM ordem_refuse('OR400', format(
      'from %s: must be from %s to %s', "from", first_day, last_day));
  END IF;
  IF "to" NOT BETWEEN first_day AND last_day THEN
    PERFORM ordem_refuse('OR400', format('to %s: must be from %s to %s', "to", first_day, last_day));
  END IF;
  IF "to" < "from" THEN
    PERFORM ordem_refuse('OR400', format('to %s is before from %s', "to", "from"));
  END IF;
  IF max <= 0 THEN
    PERFORM ordem_refuse('OR400', format('max %s: must be positive, or left out', max));
  END IF;
  IF reads = 'details' AND headers_only THEN
    PERFORM ordem_refuse('OR400', 'headersOnly: mode details reads no headers');
  END IF;
  PERFORM ordem_known_account(ordem_request.account);
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'account', ordem_request.account, 'mode', reads, 'from', "from", 'to', "to", 'max', max,
    'headersOnly', coalesce(headers_only, false), 'startLater', coalesce(start_later, false)));
END
$$;
COMMENT ON FUNCTION ordem_request IS 'Checks what a run is asked to do and returns it as sync_run.request has it: SELECT ordem_request(''period'', ''default'', ''2026-01-01'', ''2026-01-31'').';

CREATE OR REPLACE FUNCTION ordem_known_account(account text)
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF NOT EXISTS (SELECT FROM tiny_account a WHERE a.account = ordem_known_account.account)
      AND NOT EXISTS (SELECT FROM tiny_quota q WHERE q.account = ordem_known_account.account) THEN
    PERFORM ordem_refuse('OR404', format(
      'account "%s" is not connected; ./ordem connect --account %s does',
      ordem_known_account.account, ordem_known_account.account));
  END IF;
END
$$;
COMMENT ON FUNCTION ordem_known_account IS 'Refuses an account that nobody connected: SELECT ordem_known_account(''default'').';

-- Whoever connected one account need not name it.
CREATE OR REPLACE FUNCTION ordem_meant_account(usual text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  connected text[] := ARRAY(SELECT a.account FROM tiny_account a
    UNION SELECT q.account FROM tiny_quota q ORDER BY 1);
BEGIN
  IF usual = ANY (connected) OR cardinality(connected) = 0 THEN
    RETURN usual;
  ELSIF cardinality(connected) = 1 THEN
    RETURN connected[1];
  END IF;
  PERFORM ordem_refuse('OR400', format(
    'account: say which; there are %s', array_to_string(connected, ', ')));
END
$$;
COMMENT ON FUNCTION ordem_meant_account IS 'The account that is meant where none is named: the usual one, or else the only one: SELECT ordem_meant_account(''default'').';

CREATE OR REPLACE FUNCTION ordem_run(
  mode         text    DEFAULT 'incremental',
  account      text    DEFAULT NULL,
  "from"       date    DEFAULT NULL,
  "to"         date    DEFAULT NULL,
  max          bigint  DEFAULT NULL,
  headers_only boolean DEFAULT false,
  start_later  boolean DEFAULT false,
  requested_by text    DEFAULT 'sql',
  run_id       uuid    DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  asked    jsonb;
  new_id   uuid := coalesce(ordem_run.run_id, gen_random_uuid());
  first_id uuid;
BEGIN
  ordem_run.account := coalesce(ordem_run.account, ordem_meant_account('default'));
  IF lower(ordem_run.mode) = 'resume' THEN
    RETURN ordem_resume_newest(ordem_run.account);
  END IF;
  IF ordem_run.requested_by IS NULL
      OR ordem_run.requested_by NOT IN ('api', 'sql', 'schedule', 'up') THEN
    PERFORM ordem_refuse('OR400', format(
      'requested_by "%s": use api, sql, schedule or up', ordem_run.requested_by));
  END IF;
  asked := ordem_request(ordem_run.mode, ordem_run.account, ordem_run."from", ordem_run."to",
    ordem_run.max, ordem_run.headers_only, ordem_run.start_later);
  LOOP
    INSERT INTO sync_run (id, account, mode, status, requested_by, created_at, request, limited)
    VALUES (new_id, ordem_run.account, asked->>'mode', 'QUEUED', ordem_run.requested_by,
      clock_timestamp(), asked, asked ? 'max')
    ON CONFLICT DO NOTHING;
    -- With an id of its own, a request that is repeated is one.
    IF FOUND OR EXISTS (SELECT FROM sync_run r WHERE r.id = new_id) THEN
      RETURN new_id;
    END IF;
    first_id := ordem_same_run(asked);
    IF first_id IS NOT NULL THEN
      PERFORM ordem_refuse('OR409', format(
        'run %s of account %s does the same and is not over', first_id, ordem_run.account),
        first_id::text);
    END IF;
    -- The one in the way went out of it in between.
  END LOOP;
END
$$;
COMMENT ON FUNCTION ordem_run IS 'Asks for a run and returns its id: SELECT ordem_run(''full''). See sync_run for how it goes. A run_id makes a request that is repeated one run.';

-- The rule is the index sync_run_same; this only names who it was.
CREATE OR REPLACE FUNCTION ordem_same_run(asked jsonb) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT r.id FROM sync_run r
  WHERE r.account = asked->>'account' AND r.status IN ('QUEUED', 'RUNNING') AND r.phase = 'READING'
    AND NOT coalesce((r.request->>'startLater')::boolean, false)
    AND r.request - 'startLater' = asked - 'startLater'
  LIMIT 1
$$;
COMMENT ON FUNCTION ordem_same_run IS 'The run that is queued or reading and does the same: SELECT ordem_same_run(ordem_request(''full'', ''default'')).';

CREATE OR REPLACE FUNCTION ordem_why_not(run uuid, rule text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  present text;
BEGIN
  SELECT r.status INTO present FROM sync_run r WHERE r.id = run;
  IF NOT FOUND THEN
    PERFORM ordem_refuse('OR404', format('there is no run %s', run));
  END IF;
  PERFORM ordem_refuse('OR409', format('run %s is %s: %s', run, present, rule));
END
$$;
COMMENT ON FUNCTION ordem_why_not IS 'Refuses, with the rule that a run does not meet: SELECT ordem_why_not(id, ''only a RUNNING run …'') FROM sync_run.';

CREATE OR REPLACE FUNCTION ordem_cancel(run uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  UPDATE sync_run r
  SET status = 'CANCELED', phase = 'ENDED', finished_at = clock_timestamp(), waits_for = NULL,
      stuck = false, progressed_at = clock_timestamp(),
      -- The ledger knows of a run from its first reading on.
      owed = CASE WHEN r.reading > 0 THEN array_append(r.owed, 'cancel') ELSE r.owed END
  WHERE r.id = run AND r.status IN ('QUEUED', 'RUNNING')
  RETURNING r.status INTO result;
  IF NOT FOUND THEN
    PERFORM ordem_why_not(run, 'only a QUEUED or RUNNING run can be cancelled');
  END IF;
  INSERT INTO sync_run_log (run_id, level, module, message) VALUES (run, 'INFO', 'run', 'cancelled');
  RETURN result;
END
$$;
COMMENT ON FUNCTION ordem_cancel IS 'Cancels a run at once and returns its status: SELECT ordem_cancel(''7f5c0d1e-…''). What it has read stays; ordem_resume takes up what it dropped.';

CREATE OR REPLACE FUNCTION ordem_start(run uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  UPDATE sync_run r
  SET request = r.request || '{"startLater": false}', progressed_at = clock_timestamp()
  WHERE r.id = run AND r.status = 'QUEUED' AND (r.request->>'startLater')::boolean
  RETURNING r.status INTO result;
  IF NOT FOUND THEN
    PERFORM ordem_why_not(run,
      'only a QUEUED run that was asked for with start_later can be started');
  END IF;
  RETURN result;
EXCEPTION WHEN unique_violation THEN
  PERFORM ordem_in_the_way(run);
END
$$;
COMMENT ON FUNCTION ordem_start IS 'Lets a run begin that was asked for with start_later: SELECT ordem_start(''7f5c0d1e-…'').';

CREATE OR REPLACE FUNCTION ordem_in_the_way(run uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_id uuid;
BEGIN
  SELECT ordem_same_run(r.request) INTO first_id FROM sync_run r WHERE r.id = run;
  PERFORM ordem_refuse('OR409', format('run %s does the same as %s and is not over',
    coalesce(first_id::text, 'that just ended'), run), first_id::text);
END
$$;
COMMENT ON FUNCTION ordem_in_the_way IS 'Refuses, with the id of the run that does the same: SELECT ordem_in_the_way(id) FROM sync_run.';

CREATE OR REPLACE FUNCTION ordem_stale_after() RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT interval '5 minutes'
$$;
COMMENT ON FUNCTION ordem_stale_after IS 'How long a run may stand still before its list is read from the beginning again: SELECT ordem_stale_after().';

-- Takes up what the run dropped or parked. The list is read from its beginning again if it was not
-- read to the end, or if that is more than five minutes ago, or ahead of the clock, which was set then:
-- what changed while the run stood still, on a page read before, would be missed by a run that says
-- COMPLETE. A whole read that missed most
-- of the known orders needs a word of a person: true, they are gone; false, they are not; without
-- one the list is read again.
CREATE OR REPLACE FUNCTION ordem_resume(run uuid, confirm_absences boolean DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  UPDATE sync_run r
  SET status = CASE WHEN next.settling THEN 'RUNNING' ELSE 'QUEUED' END,
      phase = CASE WHEN next.settling THEN 'SETTLING' ELSE 'READING' END,
      cursor = CASE WHEN next.anew THEN NULL ELSE r.cursor END,
      absences = CASE WHEN confirm_absences THEN 'CONFIRMED'
        WHEN NOT confirm_absences THEN 'REFUSED' WHEN next.anew THEN NULL ELSE r.absences END,
      request = r.request || '{"startLater": false}',
      reading = CASE WHEN r.reading = 0 THEN 0
        ELSE ordem_next_reading(r.id, r.reading) END,
      -- Of a run that never began, the ledger has nothing to take up.
      owed = CASE WHEN r.reading = 0 THEN r.owed ELSE array_append(r.owed, 'resume') END,
      finished_at = NULL, healed_at = NULL, error = NULL, certificate = NULL, waits_for = NULL,
      stuck = false, progressed_at = clock_timestamp()
  FROM (SELECT s.id, o.anew, coalesce((s.cursor->>'ended')::boolean, false) AND NOT o.anew AS settling
        FROM sync_run s,
          -- What the lists themselves lacked is found by reading them again only.
          LATERAL (SELECT confirm_absences IS NULL AND coalesce(s.absences = 'ASKED'
            OR s.status = 'PARTIAL' AND (s.phase = 'ENDED' OR s.headers->>'status' = 'PARTIAL')
            OR s.mode <> 'details' AND (NOT coalesce((s.cursor->>'ended')::boolean, false)
              OR s.finished_at NOT BETWEEN clock_timestamp() - ordem_stale_after() AND clock_timestamp()),
            false) AS anew) o
        WHERE s.id = run FOR UPDATE OF s) AS next
  WHERE r.id = next.id AND r.status IN ('PARTIAL', 'FAILED', 'CANCELED')
    AND (confirm_absences IS NULL OR r.absences IN ('ASKED', 'REFUSED'))
  RETURNING r.status INTO result;
  IF NOT FOUND THEN
    PERFORM ordem_why_not(run, CASE WHEN confirm_absences IS NULL
      OR NOT EXISTS (SELECT FROM sync_run r
        WHERE r.id = run AND r.status IN ('PARTIAL', 'FAILED', 'CANCELED'))
      THEN 'only a PARTIAL, FAILED or CANCELED run can be resumed'
      ELSE 'it did not ask whether absent orders are gone' END);
  END IF;
  INSERT INTO sync_run_log (run_id, level, module, message)
  VALUES (run, 'INFO', 'run', CASE confirm_absences
    WHEN true THEN 'resumed: a person says that the absent orders are gone'
    WHEN false THEN 'resumed: a person says that the absent orders are not gone'
    ELSE 'resumed' END);
  RETURN result;
EXCEPTION WHEN unique_violation THEN
  PERFORM ordem_in_the_way(run);
END
$$;
COMMENT ON FUNCTION ordem_resume IS 'Goes on with a partial, failed or cancelled run, and takes up all that it dropped or parked; its list is read again unless it was read to the end within five minutes: SELECT ordem_resume(''7f5c0d1e-…''). confirm_absences answers a run whose absences are ASKED: true, the orders that it missed are gone; false, they are not; null: the list is read again.';

CREATE OR REPLACE FUNCTION ordem_resume_newest(account text) RETURNS uuid LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  newest uuid;
BEGIN
  PERFORM ordem_known_account(ordem_resume_newest.account);
  SELECT r.id INTO newest FROM sync_run r
  WHERE r.account = ordem_resume_newest.account AND r.status IN ('PARTIAL', 'FAILED', 'CANCELED')
  ORDER BY r.created_at DESC LIMIT 1;
  IF NOT FOUND THEN
    PERFORM ordem_refuse('OR404', format(
      'account %s has no partial, failed or cancelled run to go on with',
      ordem_resume_newest.account));
  END IF;
  PERFORM ordem_resume(newest);
  RETURN newest;
END
$$;
COMMENT ON FUNCTION ordem_resume_newest IS 'Goes on with the newest run of an account that was not finished, and returns its id: SELECT ordem_run(''resume'').';

CREATE OR REPLACE FUNCTION ordem_refresh(account text, id bigint) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM ordem_known_account(ordem_refresh.account);
  IF NOT EXISTS (SELECT FROM os o WHERE o.account = ordem_refresh.account AND o.id = ordem_refresh.id)
      AND NOT EXISTS (SELECT FROM os_sync_queue q
        WHERE q.account = ordem_refresh.account AND q.os_id = ordem_refresh.id)
      AND NOT EXISTS (SELECT FROM os_refused f
        WHERE f.account = ordem_refresh.account AND f.os_id = ordem_refresh.id) THEN
    PERFORM ordem_refuse('OR404', format(
      'order %s of account %s is not known; an incremental run reads what is new in Tiny',
      ordem_refresh.id, ordem_refresh.account));
  END IF;
  INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
  VALUES ('os-headers', ordem_refresh.account || ':' || ordem_refresh.id, 'refresh',
    jsonb_build_object('requestedAt', ordem_iso(clock_timestamp())));
END
$$;
COMMENT ON FUNCTION ordem_refresh IS 'Has one known order read from Tiny now, before everything else: SELECT ordem_refresh(''default'', 731). id is Tiny''s: SELECT ordem_refresh(account, id) FROM os WHERE numero = ''103''.';

CREATE OR REPLACE FUNCTION ordem_requeue(
  account text,
  ids     bigint[] DEFAULT NULL,
  cause   text     DEFAULT NULL,
  "all"   boolean  DEFAULT false)
RETURNS bigint LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  details bigint;
  rows    bigint;
BEGIN
  PERFORM ordem_known_account(ordem_requeue.account);
  IF ordem_requeue.ids IS NULL AND ordem_requeue.cause IS NULL
      AND ordem_requeue."all" IS NOT TRUE THEN
    PERFORM ordem_refuse('OR400', 'say which orders: ids, a cause, or all');
  ELSIF ordem_requeue.ids IS NOT NULL AND ordem_requeue."all" THEN
    PERFORM ordem_refuse('OR400', 'all: say either all or ids');
  END IF;
  INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
  SELECT 'os-headers', q.account || ':' || q.os_id, 'requeue',
    jsonb_build_object('requestedAt', ordem_iso(clock_timestamp()))
  FROM os_sync_queue q
  WHERE q.account = ordem_requeue.account AND q.state IN ('PARKED', 'RETRYING')
    AND (ordem_requeue.ids IS NULL OR q.os_id = ANY (ordem_requeue.ids))
    AND (ordem_requeue.cause IS NULL OR q.last_error_cause = ordem_requeue.cause)
  ORDER BY q.os_id;
  GET DIAGNOSTICS details = ROW_COUNT;
  WITH wanted AS (
    SELECT f.partition FROM os_refused f
    WHERE f.account = ordem_requeue.account
      AND (ordem_requeue.ids IS NULL OR f.os_id = ANY (ordem_requeue.ids))
      AND (ordem_requeue.cause IS NULL OR f.cause = ordem_requeue.cause)),
  asked AS (
    INSERT INTO repair (account, partitions, extras, requested_by)
    SELECT ordem_requeue.account, array_agg(DISTINCT w.partition), true, 'requeue'
    FROM wanted w HAVING count(*) > 0)
  SELECT count(*) INTO rows FROM wanted;
  RETURN details + rows;
END
$$;
COMMENT ON FUNCTION ordem_requeue IS 'Has failures of an account tried again, those that wait for a person, too, and rows that Postgres refused; returns how many: SELECT ordem_requeue(''default'', "all" => true), or ids => ''{731,732}'', or cause => ''http-500''.';

-- Runs of the present generation that count for it: a run before it read into another ledger, and
-- one that was cancelled dropped the details that it had asked for. What is asked of them below is
-- answered by a few probes of indexes, however many there are; KnownRunsTest holds it to that.
CREATE OR REPLACE FUNCTION ordem_runs_that_count(account text) RETURNS SETOF sync_run
LANGUAGE sql STABLE AS $$
  SELECT r.* FROM sync_run r
  WHERE r.account = ordem_runs_that_count.account AND NOT r.limited
    AND r.status IN ('RUNNING', 'COMPLETE', 'PARTIAL')
    AND r.generation = (SELECT g.id FROM generation g
      WHERE g.account = ordem_runs_that_count.account ORDER BY g.number DESC LIMIT 1)
$$;
COMMENT ON FUNCTION ordem_runs_that_count IS 'Runs of the account''s present generation that no maximum cut short and nobody cancelled: SELECT id, mode FROM ordem_runs_that_count(''default'').';

DROP FUNCTION IF EXISTS ordem_run_read_its_lists(sync_run);
DROP FUNCTION IF EXISTS ordem_runs_that_read(text, boolean);

-- The number with which the newest began of those that read their lists, of headers alone or with
-- details: a clock that was set does not tell which is the newest. Sorted, not asked whether one
-- exists: Postgres would look for that one from the first row of the table on.
DROP FUNCTION IF EXISTS ordem_newest_start(text, text[], boolean, timestamptz);
CREATE OR REPLACE FUNCTION ordem_newest_start(
  account text,
  modes   text[],
  bare    boolean DEFAULT false,
  before  bigint  DEFAULT 9223372036854775807)
RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(newest.started_number) FROM unnest(modes) AS m (mode)
    CROSS JOIN LATERAL (SELECT r.started_number
      FROM ordem_runs_that_count(ordem_newest_start.account) r
      WHERE r.mode = m.mode AND r.read_lists AND r.bare = ordem_newest_start.bare
        AND r.started_number < ordem_newest_start.before
      ORDER BY r.started_number DESC LIMIT 1) AS newest
$$;
COMMENT ON FUNCTION ordem_newest_start IS 'The number, of run_order, with which the newest run of those modes began that counts, and has read its lists, details included or, with bare, not: SELECT ordem_newest_start(''default'', ''{full,reconcile}'').';

-- Until a run of details, or one that reads everything, comes after it.
CREATE OR REPLACE FUNCTION ordem_details_left(account text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT l.left_number FROM sync_run l
      WHERE l.account = ordem_details_left.account AND l.left_number IS NOT NULL
      ORDER BY l.left_number DESC LIMIT 1)
    >= coalesce(ordem_newest_start(ordem_details_left.account, '{details,full,reconcile}'), 0),
    false)
$$;
COMMENT ON FUNCTION ordem_details_left IS 'Whether a run left details unread that no later run has asked for: SELECT ordem_details_left(''default'').';

-- A header that cannot be read is known, and no reason to read the rest again.
-- How old a list is only a clock can say: one that lies ahead was set since, and says nothing.
DROP FUNCTION IF EXISTS ordem_lists_are_fresh(text, interval, timestamptz);
CREATE OR REPLACE FUNCTION ordem_lists_are_fresh(
  account text,
  fresh   interval,
  bare    bigint DEFAULT 9223372036854775807)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM unnest('{full,incremental,reconcile}'::text[]) AS m (mode)
      CROSS JOIN (VALUES (false, 9223372036854775807), (true, ordem_lists_are_fresh.bare)) AS b (bare, before)
      CROSS JOIN LATERAL (SELECT r.started_at
        FROM ordem_runs_that_count(ordem_lists_are_fresh.account) r
        WHERE r.mode = m.mode AND r.read_lists AND r.bare = b.bare AND r.started_number < b.before
          AND r.started_at > (SELECT clock_timestamp() - ordem_lists_are_fresh.fresh)
          AND r.started_at <= (SELECT clock_timestamp())
          AND (r.status = 'COMPLETE' OR r.status = 'PARTIAL' AND r.headers->>'status' = 'PARTIAL'
            AND r.details->>'status' IN ('COMPLETE', 'SKIPPED') AND r.store->>'status' = 'COMPLETE')
        ORDER BY r.started_at DESC LIMIT 1) AS newest)
$$;
COMMENT ON FUNCTION ordem_lists_are_fresh IS 'Whether a run has read its lists of late, of headers alone if it began with a number below the third: SELECT ordem_lists_are_fresh(''default'', interval ''2 hours'').';

-- Details alone are asked for where the lists are fresh: of older ones nobody can say what they miss.
CREATE OR REPLACE FUNCTION ordem_auto_mode(
  account      text,
  fresh        interval DEFAULT interval '2 hours',
  headers_only boolean  DEFAULT false)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN coalesce(whole.bare, whole.detailed) IS NULL THEN 'full'
    WHEN NOT ordem_auto_mode.headers_only
      AND (ordem_details_left(ordem_auto_mode.account)
        OR whole.detailed IS NULL
          AND ordem_newest_start(ordem_auto_mode.account, '{full,reconcile}', true,
            whole.completed) IS NULL)
      AND ordem_lists_are_fresh(ordem_auto_mode.account, ordem_auto_mode.fresh)
      THEN 'details'
    WHEN ordem_lists_are_fresh(ordem_auto_mode.account, ordem_auto_mode.fresh, whole.completed)
      THEN NULL
    ELSE 'incremental' END
  FROM (SELECT ordem_newest_start(ordem_auto_mode.account, '{full,reconcile}') AS detailed,
    ordem_newest_start(ordem_auto_mode.account, '{full,reconcile}', true) AS bare,
    -- Headers alone are as good as details once a later run has asked for all that were missing.
    CASE WHEN ordem_auto_mode.headers_only THEN 9223372036854775807
      ELSE ordem_newest_start(ordem_auto_mode.account, '{details}') END AS completed) AS whole
$$;
COMMENT ON FUNCTION ordem_auto_mode IS 'What mode auto means now: full if not every header was read in this generation; null, nothing, if it was synced of late, or details if some were never asked for, unless headers_only; else incremental: SELECT ordem_auto_mode(''default'').';

-- A run that was built on a proof which was lost since may itself have read nothing below it.
CREATE OR REPLACE FUNCTION ordem_lost_ground(r sync_run) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT r.built_on IS NOT NULL AND EXISTS (SELECT FROM lost_proof l WHERE l.account = r.account
    AND l.number > r.losses AND l.known_id <= r.built_on)
$$;
COMMENT ON FUNCTION ordem_lost_ground IS 'Whether a run was cancelled, or failed, that had proved the id below which this one read nothing: SELECT id FROM sync_run r WHERE ordem_lost_ground(r).';

-- Of headers alone the newest before the newest details, which asked for what those left.
DROP FUNCTION IF EXISTS ordem_proved_id(text, boolean);
CREATE OR REPLACE FUNCTION ordem_proved_id(
  account text, headers_only boolean DEFAULT false, most bigint DEFAULT NULL)
RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT greatest(
    (SELECT r.known_id FROM ordem_runs_that_count(ordem_proved_id.account) r
      WHERE NOT r.bare AND r.known_id <= coalesce(ordem_proved_id.most, r.known_id)
        AND coalesce(r.floor_id, r.known_id) <= r.known_id -- else it read a page, and stopped
        AND NOT ordem_lost_ground(r)
      ORDER BY r.known_id DESC, r.losses DESC LIMIT 1),
    (SELECT r.known_id FROM ordem_runs_that_count(ordem_proved_id.account) r
      WHERE r.bare AND r.known_id <= coalesce(ordem_proved_id.most, r.known_id)
        AND coalesce(r.floor_id, r.known_id) <= r.known_id
        AND NOT ordem_lost_ground(r)
        AND r.started_number < CASE WHEN ordem_proved_id.headers_only THEN 9223372036854775807
          ELSE ordem_newest_start(ordem_proved_id.account, '{details}') END
      ORDER BY r.started_number DESC LIMIT 1))
$$;
COMMENT ON FUNCTION ordem_proved_id IS 'The greatest id that runs of this generation prove, up to most: SELECT ordem_proved_id(''default''). See ordem_known_id.';

-- An id that no detail is found for may be an item's that was spoilt, or all that is new would
-- be taken for known: then what other runs prove counts. That an order below it was seen says nothing:
-- whoever watches sees the newest without those before them.
DROP FUNCTION IF EXISTS ordem_known_id(text, boolean);
CREATE OR REPLACE FUNCTION ordem_known_id(
  account text, headers_only boolean DEFAULT false, most bigint DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  known bigint := ordem_proved_id(
    ordem_known_id.account, ordem_known_id.headers_only, ordem_known_id.most);
BEGIN
  WHILE EXISTS (SELECT FROM os_sync_queue q WHERE q.account = ordem_known_id.account
        AND q.os_id = known AND q.state = 'PARKED' AND q.last_error_cause = 'not-found')
      OR EXISTS (SELECT FROM os o WHERE o.account = ordem_known_id.account AND o.id = known
        AND o.removed_at IS NOT NULL AND NOT o.details_synced) LOOP
    known := ordem_proved_id(ordem_known_id.account, ordem_known_id.headers_only, known - 1);
  END LOOP;
  RETURN known;
END
$$;
COMMENT ON FUNCTION ordem_known_id IS 'Of no order up to this id is the detail, or with headers_only the header, still to be asked for in this generation; null: nothing is known: SELECT ordem_known_id(''default'').';

-- What a run proved before it was resumed may have been built on, too.
CREATE OR REPLACE FUNCTION sync_run_proves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.proved_id := least(OLD.known_id, OLD.proved_id);
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION sync_run_proves IS 'Trigger of sync_run: remembers the least id that a run proved: SELECT proved_id FROM sync_run.';

-- A run of details proves what those of headers alone read. Numbers are given in the order of
-- commits: who sees one sees all before it.
CREATE OR REPLACE FUNCTION sync_run_proves_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lost bigint := NEW.proved_id;
BEGIN
  IF NEW.mode = 'details' THEN
    SELECT min(coalesce(r.proved_id, r.known_id)) INTO lost FROM sync_run r
    WHERE r.account = NEW.account AND r.generation = NEW.generation AND r.bare;
  END IF;
  IF lost IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('ordem lost proof ' || NEW.account, 0));
    INSERT INTO lost_proof (account, number, known_id, run_id)
    SELECT NEW.account, coalesce(max(l.number), 0) + 1, lost, NEW.id
    FROM lost_proof l WHERE l.account = NEW.account;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION sync_run_proves_no_more IS 'Trigger of sync_run: a run that is cancelled or fails drops its details, and what it proved is lost: SELECT * FROM lost_proof.';

-- What other teams see of a run has a version, and each version is told.
CREATE OR REPLACE FUNCTION sync_run_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := greatest(NEW.version, 1);
    NEW.updated_at := coalesce(NEW.updated_at, clock_timestamp());
  ELSE
    NEW.version := greatest(OLD.version + 1, NEW.version);
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION sync_run_number IS 'Trigger of sync_run: a state that others see has a number: SELECT version FROM sync_run.';

CREATE OR REPLACE FUNCTION sync_run_state(r sync_run) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'schema', 2, 'runId', r.id, 'account', r.account,
    'request', jsonb_build_object('account', r.account, 'mode', r.mode, 'headersOnly', false,
      'startLater', false) || r.request,
    'mode', r.mode, 'status', r.status,
    'headers', coalesce(r.headers, waiting.module), 'details', coalesce(r.details, waiting.module),
    'store', coalesce(r.store, waiting.module),
    'createdAt', ordem_iso(r.created_at), 'startedAt', ordem_iso(r.started_at),
    'finishedAt', ordem_iso(r.finished_at), 'error', r.error,
    'updatedAt', ordem_iso(r.updated_at), 'requestedBy', r.requested_by,
    'healedAt', ordem_iso(r.healed_at), 'limited', r.limited, 'version', r.version))
  FROM (SELECT '{"status": "WAITING", "done": 0}'::jsonb AS module) AS waiting
$$;
COMMENT ON FUNCTION sync_run_state IS 'A run as the topic sync-runs carries it: SELECT sync_run_state(r) FROM sync_run r.';

CREATE OR REPLACE FUNCTION sync_run_publish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
    VALUES ('sync-runs', OLD.id, 'forgotten', NULL);
    RETURN NULL;
  END IF;
  INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
  VALUES ('sync-runs', NEW.id, 'run-state', sync_run_state(NEW));
  PERFORM pg_notify('ordem_runs', NEW.account);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION sync_run_publish IS 'Trigger of sync_run: tells other teams by the outbox, and producers by NOTIFY: LISTEN ordem_runs.';

CREATE OR REPLACE TRIGGER sync_run_number_first BEFORE INSERT ON sync_run
  FOR EACH ROW EXECUTE FUNCTION sync_run_number();
CREATE OR REPLACE TRIGGER sync_run_number_next BEFORE UPDATE ON sync_run
  FOR EACH ROW
  WHEN ((OLD.status, OLD.mode, OLD.phase, OLD.request, OLD.started_at, OLD.finished_at,
         OLD.healed_at, OLD.error, OLD.limited, OLD.headers->>'status', OLD.details->>'status',
         OLD.store->>'status')
    IS DISTINCT FROM
        (NEW.status, NEW.mode, NEW.phase, NEW.request, NEW.started_at, NEW.finished_at,
         NEW.healed_at, NEW.error, NEW.limited, NEW.headers->>'status', NEW.details->>'status',
         NEW.store->>'status'))
  EXECUTE FUNCTION sync_run_number();
CREATE OR REPLACE TRIGGER sync_run_proves BEFORE UPDATE ON sync_run
  FOR EACH ROW WHEN (OLD.known_id IS NOT NULL
    AND (OLD.proved_id IS NULL OR OLD.known_id < OLD.proved_id))
  EXECUTE FUNCTION sync_run_proves();
CREATE OR REPLACE TRIGGER sync_run_proves_no_more AFTER UPDATE ON sync_run
  FOR EACH ROW WHEN (NEW.status IN ('CANCELED', 'FAILED')
    AND OLD.status NOT IN ('CANCELED', 'FAILED')
    AND (NEW.proved_id IS NOT NULL OR NEW.mode = 'details'))
  EXECUTE FUNCTION sync_run_proves_no_more();
CREATE OR REPLACE TRIGGER sync_run_publish_first AFTER INSERT OR DELETE ON sync_run
  FOR EACH ROW EXECUTE FUNCTION sync_run_publish();
CREATE OR REPLACE TRIGGER sync_run_publish_next AFTER UPDATE ON sync_run
  FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version)
  EXECUTE FUNCTION sync_run_publish();
