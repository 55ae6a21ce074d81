-- How far Postgres has come, told by Postgres itself: a backup that is put back tells an older place
-- than Kafka does, however it was made, and what came since is read again.
CREATE TABLE sink_position (
  topic       text   NOT NULL,
  partition   integer NOT NULL,
  topic_id    text   NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
COMMENT ON TABLE  sink_position IS 'How far each partition of each topic is stored here. A row that is deleted has the sink read that partition from its beginning.';
COMMENT ON COLUMN sink_position.topic_id IS 'Kafka''s own id of the topic: of one made anew nothing is stored.';
COMMENT ON COLUMN sink_position.next_offset IS 'All records before it are stored.';

CREATE TABLE restoration (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  noticed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at    timestamptz
);
COMMENT ON TABLE restoration IS 'When it was noticed that Postgres was put back from a backup of itself; done_at: runs that were under way are read again.';

-- The newest generation is the one with the greatest number, whatever the clock showed.
ALTER TABLE generation ADD number bigint;
UPDATE generation g SET number = n.number
FROM (SELECT account, id, row_number() OVER (ORDER BY created_at, id) AS number FROM generation) AS n
WHERE n.account = g.account AND n.id = g.id;
ALTER TABLE generation ALTER number SET NOT NULL, ALTER number ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('generation', 'number'), max(number)) FROM generation
HAVING max(number) IS NOT NULL;
DROP INDEX generation_newest;
CREATE UNIQUE INDEX generation_newest ON generation (account, number DESC);
COMMENT ON COLUMN generation.number IS 'The greatest of an account is the present one.';
COMMENT ON TABLE generation IS 'Which Kafka and which Postgres an account''s data lived in; the one with the greatest number is the present one. Each begins with a baseline.';

-- What heals a refused row stands behind it.
ALTER TABLE os_refused ADD source_offset bigint, ADD source_at timestamptz;
COMMENT ON COLUMN os_refused.source_offset IS 'Offset of the Kafka record that was refused; null: it is not known.';
COMMENT ON COLUMN os_refused.source_at IS 'Timestamp of that record.';

ALTER TABLE sync_run_progress ADD refused bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN sync_run_progress.refused IS 'Headers and orders that the ledger could decide nothing about: they are in the topic ordem.dlq.';
