-- What the server says of the quota is believed when it is said several times, and once it has closed
-- an account one call goes first: both must be remembered for all processes.
ALTER TABLE tiny_quota
  ADD trial       boolean     NOT NULL DEFAULT false,
  ADD starved_at  timestamptz,
  ADD heard_limit int[]       NOT NULL DEFAULT '{0,0,0}',
  ADD heard_times int[]       NOT NULL DEFAULT '{0,0,0}',
  ADD jumped_at   timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN tiny_quota.trial IS 'The account was closed by a 429, and no call was served since: one goes first.';
COMMENT ON COLUMN tiny_quota.starved_at IS 'Since when even the call that goes first is refused: another application takes it all.';
COMMENT ON COLUMN tiny_quota.heard_limit IS 'By span: another limit than the one in use, as the last answers told it.';
COMMENT ON COLUMN tiny_quota.heard_times IS 'By span: how many answers in a row told that limit.';
COMMENT ON COLUMN tiny_quota.jumped_at IS 'When a process saw that the clock had been set forward, on the new clock; what was held then is held for longer.';
COMMENT ON COLUMN tiny_quota.budget IS 'What the server said is left until budget_until, less the calls that ended without telling.';
