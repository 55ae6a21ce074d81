-- Another application takes from the second's bucket as from the window's: that it is there, and how
-- much it takes, must be known to all processes.
ALTER TABLE tiny_quota
  ADD shared_until timestamptz NOT NULL DEFAULT '-infinity',
  ADD burst_at     timestamptz,
  ADD window_ends  timestamptz,
  ADD others       int,
  ADD others_last  int,
  ADD others_heard int[]       NOT NULL DEFAULT '{0,0}';
COMMENT ON COLUMN tiny_quota.shared_until IS 'Two windows after the last sign that others call on this account.';
COMMENT ON COLUMN tiny_quota.burst_at IS 'When others were last found to take one second after the other.';
COMMENT ON COLUMN tiny_quota.window_ends IS 'When one of the server''s windows ends, as last told.';
COMMENT ON COLUMN tiny_quota.others IS 'Calls of others in the window that ends then, at the least; null: not told.';
COMMENT ON COLUMN tiny_quota.others_last IS 'The same of the window before.';
COMMENT ON COLUMN tiny_quota.others_heard IS 'Calls of others as the last two answers told them: what the third tells, too, counts.';
