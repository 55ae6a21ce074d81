-- What later runs ask of the ones before, kept beside each, so that an index finds it: however many
-- runs are known, a new one looks at a handful.
ALTER TABLE sync_run
  ADD bare boolean GENERATED ALWAYS AS (coalesce((request->>'headersOnly')::boolean, false)) STORED,
  -- A run that settles, or is partial because of single orders, has read its lists: those orders are
  -- tried again, or wait for a person, by themselves, and reading the whole list again would not
  -- help them.
  ADD read_lists boolean GENERATED ALWAYS AS (
    coalesce((cursor->>'ended')::boolean, false) AND (status = 'COMPLETE'
      OR absences IS NULL AND (status = 'PARTIAL' OR status = 'RUNNING' AND phase = 'SETTLING'))
  ) STORED,
  -- Only the query that reads everything new proves it, and only read to its end: another query may
  -- meet a higher id while a lower one is still unknown.
  ADD known_id bigint GENERATED ALWAYS AS (
    CASE WHEN mode IN ('full', 'reconcile', 'incremental') AND NOT limited
        AND status IN ('RUNNING', 'COMPLETE', 'PARTIAL')
        AND (coalesce((cursor->>'ended')::boolean, false)
          OR mode = 'incremental' AND (cursor->>'pass')::bigint > 0)
      THEN (cursor->>'highestId')::bigint END
  ) STORED,
  -- A run of headers alone asked for no details, one that was cancelled or failed dropped them, and
  -- a maximum cut them short.
  ADD left_at timestamptz GENERATED ALWAYS AS (
    CASE WHEN reading > 0 AND (coalesce((request->>'headersOnly')::boolean, false)
        OR status IN ('CANCELED', 'FAILED') OR mode = 'details' AND limited)
      THEN coalesce(finished_at, started_at, created_at) END
  ) STORED;
COMMENT ON COLUMN sync_run.bare IS 'Headers alone were asked for.';
COMMENT ON COLUMN sync_run.read_lists IS 'Whether it has read all the lists that it was to read.';
COMMENT ON COLUMN sync_run.known_id IS 'Up to this id it asked for every order, or with bare for every header; null: it proves nothing.';
COMMENT ON COLUMN sync_run.left_at IS 'When it was over and left details unread; null: it left none.';

CREATE INDEX sync_run_read ON sync_run (account, generation, mode, bare, started_at)
  WHERE read_lists AND NOT limited;
CREATE INDEX sync_run_known ON sync_run (account, generation, bare, known_id)
  WHERE known_id IS NOT NULL;
CREATE INDEX sync_run_known_bare ON sync_run (account, generation, started_at)
  WHERE bare AND known_id IS NOT NULL;
CREATE INDEX sync_run_left ON sync_run (account, left_at) WHERE left_at IS NOT NULL;
CREATE INDEX sync_run_complete ON sync_run (account, mode, created_at, id) WHERE status = 'COMPLETE';
CREATE INDEX sync_run_success ON sync_run (account, finished_at) WHERE status = 'COMPLETE';
CREATE INDEX sync_run_scheduled ON sync_run (account, (request->>'mode'), created_at DESC)
  WHERE requested_by = 'schedule';
CREATE INDEX repair_done ON repair (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX repair_asked ON repair (account, requested_by, id);
