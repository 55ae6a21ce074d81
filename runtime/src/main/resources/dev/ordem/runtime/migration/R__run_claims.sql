-- The number of a run's next reading: greater than this one and any that the ledger told of, and no
-- less than the time. A Postgres that was put back may have forgotten readings, and its clock may
-- show less than when they began.
CREATE OR REPLACE FUNCTION ordem_next_reading(run uuid, reading bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT greatest(ordem_next_reading.reading + 1,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    (SELECT max(p.reading) + 1 FROM sync_run_progress p WHERE p.run_id = ordem_next_reading.run))
$$;
COMMENT ON FUNCTION ordem_next_reading IS 'The number of a run''s next reading: SELECT ordem_next_reading(id, reading) FROM sync_run.';

-- Gives a producer what is to be done and held by nobody, one producer at a time: of two that ask
-- at once, the second sees what the first was given, so that no account has two readers. A row that
-- somebody is changing is left for the next time. A list whose reading stood still too long is read
-- from its beginning again, as what stood on its first pages may have changed since.
--
-- To be read, one run of an account: queued to start, or interrupted, which goes first; then the
-- oldest. Anything else: markers that are owed, details that settle, partial runs that may heal;
-- of these, lease_until without a holder says until when nobody need look, an hour from then at most.
--
-- A lease that reaches half a minute farther from now than it is long was given before the clock was
-- set back, and is over. Its holder, if it is alive, is fenced as by any other who takes the run. Why
-- half a minute: what was renewed after t reaches farther than t and a lease, and so does a longer
-- lease of another producer.
CREATE OR REPLACE FUNCTION run_claim(holder uuid, lease interval, readers integer, others integer)
RETURNS TABLE (run_id uuid, run_account text, epoch bigint, reads boolean)
LANGUAGE plpgsql AS $$
DECLARE
  t timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ordem run_claim', 0));
  IF EXISTS (SELECT FROM restoration WHERE done_at IS NULL) THEN
    PERFORM ordem_restored();
  END IF;
  t := clock_timestamp();
  RETURN QUERY
  WITH work AS (
    SELECT r.id, r.account, r.created_at, r.phase, r.owed,
      r.lease_holder IS NOT NULL
        AND coalesce(r.lease_until > t AND r.lease_until <= t + lease + interval '30 seconds', false) AS held,
      r.lease_holder IS NULL
        AND coalesce(r.lease_until > t AND r.lease_until <= t + interval '1 hour', false) AS waits,
      r.status = 'RUNNING' AND r.phase = 'READING' AS reading,
      r.status = 'RUNNING' AND r.phase = 'READING' OR r.status = 'QUEUED'
        AND NOT coalesce((r.request->>'startLater')::boolean, false) AS to_read
    FROM sync_run r WHERE r.phase <> 'ENDED' OR r.owed <> '{}'),
  next_of_account AS (
    SELECT DISTINCT ON (w.account) w.id, w.created_at FROM work w
    WHERE w.to_read AND NOT w.held
      AND NOT EXISTS (SELECT FROM work o WHERE o.account = w.account AND o.held AND o.reading)
    ORDER BY w.account, w.reading DESC, w.created_at, w.id),
  chosen AS (
    (SELECT n.id, true AS to_read FROM next_of_account n ORDER BY n.created_at LIMIT readers)
    UNION ALL
    (SELECT w.id, false FROM work w
      WHERE NOT w.to_read AND NOT w.held AND (w.owed <> '{}' OR w.phase = 'SETTLING'
        OR w.phase = 'HEALING' AND NOT w.waits)
      ORDER BY w.owed = '{}', w.created_at LIMIT others)),
  free AS (
    SELECT r.id, c.to_read FROM sync_run r JOIN chosen c ON c.id = r.id
    WHERE NOT c.to_read OR r.status IN ('QUEUED', 'RUNNING') AND r.phase = 'READING'
    FOR UPDATE OF r SKIP LOCKED)
  UPDATE sync_run r SET lease_holder = holder, lease_until = t + lease,
    lease_epoch = r.lease_epoch + 1,
    status = CASE WHEN f.to_read THEN 'RUNNING' ELSE r.status END,
    reading = CASE WHEN f.to_read THEN ordem_next_reading(r.id, r.reading) ELSE r.reading END,
    started_at = CASE WHEN f.to_read THEN coalesce(r.started_at, t) ELSE r.started_at END,
    cursor = CASE WHEN f.to_read AND r.status = 'RUNNING' AND r.mode <> 'details'
        AND r.progressed_at < t - ordem_stale_after() THEN NULL ELSE r.cursor END,
    progressed_at = CASE WHEN f.to_read AND r.status = 'QUEUED' THEN t ELSE r.progressed_at END
  FROM free f WHERE r.id = f.id
  RETURNING r.id, r.account, r.lease_epoch, f.to_read;
END
$$;
COMMENT ON FUNCTION run_claim IS 'Takes runs for a producer: SELECT * FROM run_claim(gen_random_uuid(), interval ''8 seconds'', 1, 10).';
