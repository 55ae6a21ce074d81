-- Until when a fifth is kept for looks, because one was asked for of late.
ALTER TABLE tiny_quota ADD look_until timestamptz NOT NULL DEFAULT '-infinity';

CREATE TABLE watch (
  account      text        PRIMARY KEY,
  state        text        NOT NULL DEFAULT 'ON',
  waits_for    text,
  looks        bigint      NOT NULL DEFAULT 0,
  changed_at   timestamptz,
  held_until   timestamptz,
  lease_holder uuid,
  lease_until  timestamptz,
  lease_epoch  bigint      NOT NULL DEFAULT 0,
  updated_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  watch IS 'Which accounts are looked at all the time, and by which producer.';
COMMENT ON COLUMN watch.state IS 'ON, or OFF: people set it.';
COMMENT ON COLUMN watch.waits_for IS 'Why nobody looks just now; null while somebody does.';
COMMENT ON COLUMN watch.looks IS 'How many looks were made, all in all.';
COMMENT ON COLUMN watch.changed_at IS 'When a look last showed something new.';
COMMENT ON COLUMN watch.held_until IS 'Nobody looks until then: a run is being proved.';
COMMENT ON COLUMN watch.lease_holder IS 'The producer that watches, until lease_until.';
COMMENT ON COLUMN watch.lease_epoch IS 'Grows with each change of holder, and fences the writes of the one before.';

CREATE TABLE watch_slice (
  account    text             NOT NULL,
  slice      text             NOT NULL,
  since      timestamptz      NOT NULL,
  looked_at  timestamptz,
  changes    double precision NOT NULL DEFAULT 0,
  seconds    double precision NOT NULL DEFAULT 0,
  hinted     boolean          NOT NULL DEFAULT false,
  total      bigint,
  per_second double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (account, slice)
);
COMMENT ON TABLE  watch_slice IS 'The pages that are looked at, and what was learned of each, so that another producer goes on with it.';
COMMENT ON COLUMN watch_slice.slice IS 'newest/0, status-6/0 (a page of the orders of one open status), range/17 (a page of all orders, oldest first).';
COMMENT ON COLUMN watch_slice.looked_at IS 'When Tiny was last asked for it.';
COMMENT ON COLUMN watch_slice.changes IS 'Changes that were seen there, the older ones counting less.';
COMMENT ON COLUMN watch_slice.seconds IS 'The time in which they came, likewise.';
COMMENT ON COLUMN watch_slice.hinted IS 'The list''s total says that something there is not seen yet.';
COMMENT ON COLUMN watch_slice.total IS 'Rows of the whole list, as last told.';
COMMENT ON COLUMN watch_slice.per_second IS 'Changes a second that are believed of it.';
