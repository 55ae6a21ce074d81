ALTER TABLE sync_run_progress ADD details_left boolean;
COMMENT ON COLUMN sync_run_progress.details_left IS 'Whether more details are missing than the run might ask for; null: it did not look.';

-- A run that reads what is new reads down to an id which others proved, and proves a higher one
-- itself: that is worth as much as theirs. What is written down is what it was built on, and which
-- proofs were lost after that.
CREATE TABLE lost_proof (
  account  text        NOT NULL,
  number   bigint      NOT NULL,
  known_id bigint      NOT NULL,
  run_id   uuid        NOT NULL,
  lost_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account, number)
);
COMMENT ON TABLE lost_proof IS 'Known ids that were proved by runs which were cancelled or failed later: what was built on them proves nothing.';
COMMENT ON COLUMN lost_proof.number IS 'In the order in which they were lost.';
COMMENT ON COLUMN lost_proof.known_id IS 'The least that the run had proved.';

ALTER TABLE sync_run
  ADD floor_id bigint,
  ADD built_on bigint,
  ADD losses   bigint NOT NULL DEFAULT 0,
  ADD proved_id bigint;
COMMENT ON COLUMN sync_run.floor_id IS 'Down to which id it reads what is new; null: to the end.';
COMMENT ON COLUMN sync_run.built_on IS 'The known id that others had proved when it began; null: none.';
COMMENT ON COLUMN sync_run.losses IS 'The last of lost_proof when it began.';
COMMENT ON COLUMN sync_run.proved_id IS 'The least known_id that it had before; null: none.';

-- What runs of before were built on is not known, but it was not above what they found.
UPDATE sync_run SET built_on = (cursor->>'highestId')::bigint WHERE mode = 'incremental';

DROP INDEX sync_run_known;
CREATE INDEX sync_run_known ON sync_run (account, generation, bare, known_id, losses)
  WHERE known_id IS NOT NULL;

CREATE TABLE sync_zone (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  zone   text    NOT NULL
);
COMMENT ON TABLE sync_zone IS 'SYNC_ZONE, as the producer that began last was told: what is today for whoever asks for a run.';
