-- A row of the outbox is in memory several times on its way: one that nobody could send must not come
-- so far. What a record takes, a mebibyte, the relay looks at, and sets the row aside with its reason;
-- this is for what is too large to be looked at. What is there already is set aside here.
UPDATE outbox SET refused_at = clock_timestamp(),
  error = 'a row of more than 8 MiB, of which no record can be made'
WHERE refused_at IS NULL AND octet_length(aggregatetype) + octet_length(aggregateid)
  + octet_length(type) + coalesce(octet_length(payload::text), 0) > 8388608;
ALTER TABLE outbox ADD CONSTRAINT outbox_row_of_at_most_8_mib CHECK (
  refused_at IS NOT NULL OR octet_length(aggregatetype) + octet_length(aggregateid)
    + octet_length(type) + coalesce(octet_length(payload::text), 0) <= 8388608);
