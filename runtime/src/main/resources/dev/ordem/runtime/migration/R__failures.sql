-- What stood in import_failures and was put right is kept for a while, whoever put it right.
CREATE OR REPLACE FUNCTION ordem_detail_resolved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO import_failures_resolved (account, os_id, state, cause, error, excerpt, attempts,
                                        first_attempt_at, last_attempt_at, run_id)
  VALUES (OLD.account, OLD.os_id, CASE OLD.state WHEN 'PARKED' THEN 'PARKED' ELSE 'RETRYING' END,
          OLD.last_error_cause, OLD.last_error, OLD.last_error_excerpt, OLD.attempts,
          OLD.failing_since, OLD.updated_at, OLD.run_id);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ordem_detail_resolved IS 'Trigger: the detail of an order that failed was read.';

-- Between a failure and its end an order is asked for again, so OLD.state alone does not tell.
CREATE OR REPLACE TRIGGER os_sync_queue_resolved AFTER UPDATE ON os_sync_queue
FOR EACH ROW WHEN (NEW.state = 'SETTLED' AND OLD.state <> 'SETTLED'
                   AND (OLD.failing_since IS NOT NULL OR OLD.state IN ('RETRYING', 'PARKED')))
EXECUTE FUNCTION ordem_detail_resolved();

CREATE OR REPLACE FUNCTION ordem_row_resolved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO import_failures_resolved (account, os_id, state, cause, error, excerpt, attempts,
                                        first_attempt_at, last_attempt_at, run_id)
  VALUES (OLD.account, OLD.os_id, OLD.state, OLD.cause, OLD.error, OLD.excerpt, OLD.attempts,
          OLD.first_at, OLD.last_at, OLD.run_ids[cardinality(OLD.run_ids)]);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ordem_row_resolved IS 'Trigger: a row is no longer refused, or no longer unknown.';

CREATE OR REPLACE TRIGGER os_refused_resolved AFTER DELETE ON os_refused
FOR EACH ROW EXECUTE FUNCTION ordem_row_resolved();

-- A person who deletes a row that the topics do not know has put it right.
CREATE OR REPLACE FUNCTION ordem_extra_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM os_refused WHERE state = 'EXTRA' AND table_name = TG_TABLE_NAME;
  ELSIF TG_TABLE_NAME = 'os' THEN
    DELETE FROM os_refused r USING gone g
    WHERE r.state = 'EXTRA' AND r.table_name = 'os' AND r.account = g.account AND r.os_id = g.id;
  ELSE
    DELETE FROM os_refused r USING gone g
    WHERE r.state = 'EXTRA' AND r.table_name = 'os_status_history' AND r.account = g.account
      AND r.os_id = g.os_id AND r.sequence = g.sequence;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ordem_extra_deleted IS 'Trigger: rows were deleted; those that the topics do not know are no failures any more.';

CREATE OR REPLACE TRIGGER os_extra_deleted AFTER DELETE ON os
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ordem_extra_deleted();
CREATE OR REPLACE TRIGGER os_extra_truncated AFTER TRUNCATE ON os
FOR EACH STATEMENT EXECUTE FUNCTION ordem_extra_deleted();
CREATE OR REPLACE TRIGGER os_status_history_extra_deleted AFTER DELETE ON os_status_history
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ordem_extra_deleted();
CREATE OR REPLACE TRIGGER os_status_history_extra_truncated AFTER TRUNCATE ON os_status_history
FOR EACH STATEMENT EXECUTE FUNCTION ordem_extra_deleted();
