-- When the account was last asked, as tiny_asked() told it, and what the clock showed then: a clock
-- that is set back must not make a later answer look older than an earlier one.
ALTER TABLE tiny_quota ADD asked_at timestamptz, ADD asked_clock timestamptz;
COMMENT ON COLUMN tiny_quota.asked_at IS 'The time that was told of the last call. Never goes back by less than five minutes.';
COMMENT ON COLUMN tiny_quota.asked_clock IS 'What the clock showed then.';

-- However many runs are known, a new one looks at none of them.
CREATE INDEX sync_run_stuck ON sync_run (id) WHERE stuck;
CREATE INDEX sync_run_log_held ON sync_run_log (at) WHERE jsonb_exists(metadata, 'holdMillis');
CREATE INDEX sync_run_progress_open ON sync_run_progress (run_id) WHERE open > 0;
