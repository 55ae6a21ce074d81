-- Which of two runs came later, and whether a row was refused before a run began or since, no clock
-- says: it may be set. So each has a number of one sequence.
CREATE SEQUENCE run_order;
COMMENT ON SEQUENCE run_order IS 'Numbers of what runs and refused rows come to: the greater is the later, whatever the clock showed.';

ALTER TABLE sync_run ADD started_number bigint, ADD finished_number bigint;
ALTER TABLE os_refused ADD last_number bigint;
COMMENT ON COLUMN sync_run.started_number IS 'Of run_order, from when it was first taken up.';
COMMENT ON COLUMN sync_run.finished_number IS 'Of run_order, from when it was over, as finished_at.';
COMMENT ON COLUMN os_refused.last_number IS 'Of run_order, from when it was last refused, as last_at.';

-- Of before, moments are all there is; one moment has one number.
WITH moments AS (
  SELECT m.at, row_number() OVER (ORDER BY m.at) AS number
  FROM (SELECT started_at FROM sync_run UNION SELECT finished_at FROM sync_run
    UNION SELECT last_at FROM os_refused) AS m (at)),
runs AS (
  UPDATE sync_run r SET started_number = s.number, finished_number = f.number
  FROM sync_run o LEFT JOIN moments s ON s.at = o.started_at
    LEFT JOIN moments f ON f.at = o.finished_at
  WHERE o.id = r.id)
UPDATE os_refused r SET last_number = m.number FROM moments m WHERE m.at = r.last_at;
SELECT setval('run_order',
  1 + 2 * (SELECT count(*) FROM sync_run) + (SELECT count(*) FROM os_refused));
ALTER TABLE os_refused ALTER last_number SET NOT NULL;

ALTER TABLE sync_run
  DROP left_at,
  ADD left_number bigint GENERATED ALWAYS AS (
    CASE WHEN reading > 0 AND (coalesce((request->>'headersOnly')::boolean, false)
        OR status IN ('CANCELED', 'FAILED') OR mode = 'details' AND limited)
      THEN coalesce(finished_number, started_number) END
  ) STORED;
COMMENT ON COLUMN sync_run.left_number IS 'Of run_order, if it left details unread; null: it left none. See finished_number.';

DROP INDEX sync_run_read, sync_run_known_bare;
CREATE INDEX sync_run_read ON sync_run (account, generation, mode, bare, started_number)
  WHERE read_lists AND NOT limited;
CREATE INDEX sync_run_fresh ON sync_run (account, generation, mode, bare, started_at)
  WHERE read_lists AND NOT limited;
CREATE INDEX sync_run_known_bare ON sync_run (account, generation, started_number)
  WHERE bare AND known_id IS NOT NULL;
CREATE INDEX sync_run_left ON sync_run (account, left_number) WHERE left_number IS NOT NULL;

-- Here, not with the other functions: no row may come between without a number.
CREATE FUNCTION sync_run_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.started_at IS NOT NULL THEN
    NEW.started_number := coalesce(NEW.started_number, nextval('run_order'));
  END IF;
  NEW.finished_number := CASE WHEN NEW.finished_at IS NOT NULL
    THEN coalesce(NEW.finished_number, nextval('run_order')) END;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION sync_run_order IS 'Trigger of sync_run: a run has a number from its start, and another from its end: SELECT started_number, finished_number FROM sync_run.';
CREATE TRIGGER sync_run_order BEFORE INSERT OR UPDATE OF started_at, finished_at ON sync_run
  FOR EACH ROW EXECUTE FUNCTION sync_run_order();

CREATE FUNCTION os_refused_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_number := nextval('run_order');
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION os_refused_order IS 'Trigger of os_refused: a row has another number each time that it is refused: SELECT last_number FROM os_refused.';
CREATE TRIGGER os_refused_order BEFORE INSERT OR UPDATE OF last_at ON os_refused
  FOR EACH ROW EXECUTE FUNCTION os_refused_order();
