ALTER TABLE tiny_quota
  ADD steps interval NOT NULL DEFAULT '0',
  DROP jumped_at;
COMMENT ON COLUMN tiny_quota.steps IS 'By how much the database''s clock was set in all, as far as it was seen: what it shows less this goes on as time does.';
