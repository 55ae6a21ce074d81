CREATE FUNCTION ordem_run(
  mode         text    DEFAULT 'incremental',
  account      text    DEFAULT 'default',
  "from"       date    DEFAULT NULL,
  "to"         date    DEFAULT NULL,
  max          bigint  DEFAULT NULL,
  headers_only boolean DEFAULT false,
  start_later  boolean DEFAULT false)
RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  run_id  uuid := gen_random_uuid();
  asked   timestamptz := clock_timestamp();
  request jsonb;
BEGIN
  IF ordem_run.mode IS NULL OR ordem_run.mode NOT IN ('incremental', 'full', 'period', 'auto') THEN
    RAISE EXCEPTION 'mode %: use incremental, full, period or auto', ordem_run.mode;
  END IF;
  IF ordem_run.account IS NULL OR ordem_run.account !~ '^[a-z0-9][a-z0-9-]{0,62}$' THEN
    RAISE EXCEPTION 'account %: use lower-case letters, digits and hyphens', ordem_run.account;
  END IF;
  IF ordem_run.mode = 'period' AND ("from" IS NULL OR "to" IS NULL) THEN
    RAISE EXCEPTION 'mode period needs both "from" and "to"';
  END IF;
  IF ordem_run.mode <> 'period' AND ("from" IS NOT NULL OR "to" IS NOT NULL) THEN
    RAISE EXCEPTION '"from" and "to" go with mode period only';
  END IF;
  IF "to" < "from" THEN
    RAISE EXCEPTION '"to" % is before "from" %', "to", "from";
  END IF;
  IF max <= 0 THEN
    RAISE EXCEPTION 'max %: must be positive, or left out', max;
  END IF;

  request := jsonb_strip_nulls(jsonb_build_object(
    'account', ordem_run.account, 'mode', ordem_run.mode, 'from', "from", 'to', "to", 'max', max,
    'headersOnly', coalesce(headers_only, false), 'startLater', coalesce(start_later, false)));

  INSERT INTO sync_run (id, account, mode, status, created_at, request)
  VALUES (run_id, ordem_run.account, ordem_run.mode, 'QUEUED', asked, request);

  INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
  VALUES ('sync-commands', run_id::text, 'run', jsonb_build_object(
    'schema', 1, 'type', 'run', 'account', ordem_run.account, 'runId', run_id, 'request', request,
    'requestedAt', to_char(asked AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')));
  RETURN run_id;
END
$$;

COMMENT ON FUNCTION ordem_run IS 'Asks for a run and returns its id: SELECT ordem_run(''full''). See sync_run for how it goes.';
