-- Postgres was put back from a backup of itself, and Kafka was not. Its rows come back by themselves,
-- as the sink reads again what came since. What the book of runs says is older than what the ledger
-- knows of the runs: one that is to be read or settles may have been cancelled or resumed since, so
-- it is read again, under a reading that is newer than any, and the ledger is told that it goes on.
-- Of two that do the same the older goes first; its judge has the other read again.
CREATE OR REPLACE FUNCTION ordem_restored() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  again bigint;
BEGIN
  WITH back AS (
    UPDATE sync_run r SET phase = 'READING', cursor = NULL, began_at = NULL, certificate = NULL,
      headers = NULL, generation = NULL, waits_for = NULL, lease_holder = NULL, lease_until = NULL,
      lease_epoch = r.lease_epoch + 1, progressed_at = clock_timestamp(),
      reading = ordem_next_reading(r.id, r.reading),
      owed = CASE WHEN 'resume' = ANY (r.owed) THEN r.owed ELSE array_append(r.owed, 'resume') END
    WHERE r.status IN ('QUEUED', 'RUNNING') AND r.phase IN ('READING', 'SETTLING')
      AND (r.phase = 'READING' OR NOT EXISTS (SELECT FROM sync_run o WHERE o.account = r.account
        AND o.same_as = r.same_as AND o.id <> r.id AND o.status IN ('QUEUED', 'RUNNING')
        AND (o.phase = 'READING' AND NOT coalesce((o.request->>'startLater')::boolean, false)
          OR o.phase = 'SETTLING' AND (o.created_at, o.id) < (r.created_at, r.id))))
    RETURNING r.id),
  told AS (
    INSERT INTO sync_run_log (run_id, level, module, message)
    SELECT b.id, 'WARN', 'headers',
      'Postgres was put back from a backup: it is read again from the start' FROM back b)
  SELECT count(*) INTO again FROM back;
  -- Others may have seen later states of a run than this; of what may still change they see newer
  -- ones. One that ended may be known to the ledger though it never began here: to resume it is news.
  UPDATE sync_run r SET version = r.version + 1000,
    reading = CASE WHEN r.phase = 'ENDED' THEN greatest(r.reading, 1) ELSE r.reading END
  WHERE r.status <> 'COMPLETE';
  UPDATE restoration SET done_at = clock_timestamp() WHERE done_at IS NULL;
  RETURN again;
END
$$;
COMMENT ON FUNCTION ordem_restored IS 'Has the runs that are under way read again after Postgres was put back from a backup, and returns how many; run_claim calls it once a sink noticed: SELECT ordem_restored().';

-- What a ledger tells only once, and somebody removed: the sink reads its topic again.
CREATE OR REPLACE FUNCTION ordem_told_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN -- a condition of its own: only then there is such a table
    IF coalesce(current_setting('ordem.forgets', true), '') = 'on'
        OR NOT EXISTS (SELECT FROM gone) THEN
      RETURN NULL;
    END IF;
  END IF;
  DELETE FROM sink_position WHERE topic = TG_ARGV[0];
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ordem_told_again IS 'Trigger: rows were removed that no other table can give back: the sink reads them again.';

CREATE OR REPLACE TRIGGER os_sync_queue_truncated AFTER TRUNCATE ON os_sync_queue
FOR EACH STATEMENT EXECUTE FUNCTION ordem_told_again('os-sync-state');
CREATE OR REPLACE TRIGGER os_sync_queue_deleted AFTER DELETE ON os_sync_queue
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ordem_told_again('os-sync-state');
CREATE OR REPLACE TRIGGER sync_run_progress_truncated AFTER TRUNCATE ON sync_run_progress
FOR EACH STATEMENT EXECUTE FUNCTION ordem_told_again('sync-run-progress');
CREATE OR REPLACE TRIGGER account_certificate_truncated AFTER TRUNCATE ON account_certificate
FOR EACH STATEMENT EXECUTE FUNCTION ordem_told_again('sync-run-progress');
CREATE OR REPLACE TRIGGER account_certificate_deleted AFTER DELETE ON account_certificate
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
EXECUTE FUNCTION ordem_told_again('sync-run-progress');
