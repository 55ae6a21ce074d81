-- A Kafka that was put back from an older copy has the ids that it had, and less in it: then Postgres
-- knows what the topics have lost.
ALTER TABLE generation
  ADD topic_ends bigint[] NOT NULL DEFAULT '{}',
  ADD went_back  boolean  NOT NULL DEFAULT false;
COMMENT ON COLUMN generation.topic_ends IS 'How far each partition of os-headers, then of os-enriched, was known to go.';
COMMENT ON COLUMN generation.went_back IS 'Kafka was found to end before topic_ends: it is an older copy of itself, and another generation begins.';
