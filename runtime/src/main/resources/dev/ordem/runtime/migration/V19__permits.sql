-- A permit is a row: what is counted, what is held while a call is under way, and what the quota is
-- audited by, instead of a table of slots beside a table of uses.
CREATE SEQUENCE tiny_quota_permit_id;
SELECT setval('tiny_quota_permit_id', nextval('tiny_quota_lease'));
CREATE TABLE tiny_quota_permit (
  id          bigint PRIMARY KEY,
  account     text NOT NULL,
  kind        smallint NOT NULL,
  granted_at  timestamptz NOT NULL,
  held_until  timestamptz NOT NULL,
  answered_at timestamptz
);
COMMENT ON TABLE tiny_quota_permit IS 'Every call that was allowed to be made, for two and a half hours or as long as a window.';
COMMENT ON COLUMN tiny_quota_permit.kind IS '0 a person waits, 1 a page, 2 a detail, 3 one that can wait, 4 a look.';
COMMENT ON COLUMN tiny_quota_permit.held_until IS 'By then the request has arrived at Tiny; each window counts from here.';
COMMENT ON COLUMN tiny_quota_permit.answered_at IS 'Null: under way, or given up, and held until then.';

-- A call may be under way: it is over within half a minute.
INSERT INTO tiny_quota_permit (id, account, kind, granted_at, held_until)
SELECT nextval('tiny_quota_permit_id'), account, 2, granted_at, granted_at + interval '30 seconds'
FROM tiny_quota_use;

CREATE INDEX tiny_quota_permit_held ON tiny_quota_permit (account, held_until);
CREATE INDEX tiny_quota_permit_granted ON tiny_quota_permit (account, granted_at);

DROP TABLE tiny_quota_slot, tiny_quota_use;
DROP SEQUENCE tiny_quota_lease;
DROP FUNCTION IF EXISTS tiny_quota_fill(tiny_quota);
