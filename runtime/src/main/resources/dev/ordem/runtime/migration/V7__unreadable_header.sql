-- An item of the list that cannot be read is known until it changes: one dead letter, not one each run.
CREATE TABLE unreadable_header (
  account     text        NOT NULL,
  item        text        NOT NULL,
  fingerprint text        NOT NULL,
  error       text        NOT NULL,
  first_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account, item)
);
COMMENT ON TABLE  unreadable_header IS 'Items of Tiny''s list that cannot be read, or are too large for Kafka. A row goes when the item can be read.';
COMMENT ON COLUMN unreadable_header.item IS 'The order''s id; else where it stands in the list, or a hash of it.';
COMMENT ON COLUMN unreadable_header.fingerprint IS 'Of the item as received: another one is told anew.';
