-- The form of db-scheduler, which keeps the ticks.
CREATE TABLE schedule (
  task_name            text        NOT NULL,
  task_instance        text        NOT NULL,
  task_data            bytea,
  execution_time       timestamptz NOT NULL,
  picked               boolean     NOT NULL,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures integer,
  last_heartbeat       timestamptz,
  version              bigint      NOT NULL,
  priority             smallint,
  PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX schedule_execution_time ON schedule (execution_time);
CREATE INDEX schedule_last_heartbeat ON schedule (last_heartbeat);

COMMENT ON TABLE  schedule IS 'When each entry of SYNC_SCHEDULE is due next. Written by the producers, each tick by one of them.';
COMMENT ON COLUMN schedule.task_name IS 'Mode, cron expression and zone.';
COMMENT ON COLUMN schedule.task_data IS 'Of a tick that is tried again: when it was due.';
COMMENT ON COLUMN schedule.execution_time IS 'When it is due, or was and is to be made up.';
COMMENT ON COLUMN schedule.picked_by IS 'The producer that asks for its runs just now.';
