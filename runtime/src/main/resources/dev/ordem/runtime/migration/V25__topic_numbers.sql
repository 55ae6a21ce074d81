-- An offset says something in the topic only that it is of, and no clock says which of two topics is
-- the later one: so rows keep its number.
CREATE TABLE sink_topic (
  topic    text    PRIMARY KEY,
  topic_id text    NOT NULL,
  number   integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE  sink_topic IS 'From which topic of each name rows are stored.';
COMMENT ON COLUMN sink_topic.topic_id IS 'Kafka''s own id of it.';
COMMENT ON COLUMN sink_topic.number IS 'How many topics of that name there were before, a Kafka that was put back from an older copy included.';
INSERT INTO sink_topic (topic, topic_id)
SELECT DISTINCT ON (topic) topic, topic_id FROM sink_position ORDER BY topic, next_offset DESC;

ALTER TABLE os ADD source_topic integer NOT NULL DEFAULT 0;
ALTER TABLE os_sync_queue ADD source_topic integer NOT NULL DEFAULT 0;
ALTER TABLE sync_run_progress ADD source_topic integer NOT NULL DEFAULT 0;
ALTER TABLE account_certificate ADD source_topic integer NOT NULL DEFAULT 0;
ALTER TABLE os_refused ADD source_topic integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN os.source_topic IS 'Number of the topic that source_offset is of: sink_topic.number.';
COMMENT ON COLUMN os_refused.source_topic IS 'Number of the topic that source_offset is of: sink_topic.number.';
