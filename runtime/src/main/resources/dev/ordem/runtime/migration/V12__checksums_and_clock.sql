-- What a row counts in the ledger's certificate, as dev.ordem.contract.Checksum takes it. Casts, and
-- no "||" of numbers: that is not immutable, and would neither be inlined nor indexed.
CREATE FUNCTION os_checksum(id bigint, revision bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(id::text || ':' || revision::text), 16))::bit(64)::bigint;

CREATE FUNCTION os_change_checksum(
  os_id bigint, sequence bigint, from_situacao smallint, to_situacao smallint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(os_id::text || ':' || sequence::text || ':'
  || coalesce(from_situacao::text, '') || ':' || to_situacao::text), 16))::bit(64)::bigint;

-- Both stand in the indexes that a verdict sums over, so that it computes none of them. The columns
-- that they are made of must stand there too, or Postgres reads the table. Writers wait while these
-- are built, a few seconds for each million rows; readers wait for the moment in which the old ones go.
CREATE INDEX os_checksums ON os (account, partition, id, os_checksum(id, revision))
  INCLUDE (revision) WHERE removed_at IS NULL;
CREATE INDEX os_status_history_checksums ON os_status_history (account, partition, os_id,
  os_change_checksum(os_id, sequence, from_situacao, to_situacao))
  INCLUDE (sequence, from_situacao, to_situacao);
DROP INDEX os_certificate, os_status_history_certificate;

COMMENT ON FUNCTION os_checksum IS 'What an order counts in account_certificate.orders_xor.';
COMMENT ON FUNCTION os_change_checksum IS 'What a status change counts in account_certificate.changes_xor.';
COMMENT ON TABLE account_certificate IS 'What the ledger holds of each account in each partition. From the topic sync-run-progress. Compare with: SELECT partition, count(*), bit_xor(os_checksum(id, revision)) FROM os WHERE removed_at IS NULL GROUP BY partition; os_checksum is (''x''||left(md5(id||'':''||revision),16))::bit(64)::bigint.';

-- The database's clock may be set back by any step: neither quota nor observations go back with it.
ALTER TABLE tiny_quota
  ADD asked_most     timestamptz,
  ADD quota_at       timestamptz,
  ADD throttled_told timestamptz;
COMMENT ON COLUMN tiny_quota.quota_at IS 'What the quota''s clock showed when the database''s showed asked_clock. It never goes back.';
COMMENT ON COLUMN tiny_quota.asked_clock IS 'What the clock showed at the last call, or when it was found to be set back.';
COMMENT ON COLUMN tiny_quota.throttled_told IS 'The time that would have been told of a call at throttled_at.';
COMMENT ON COLUMN tiny_quota.asked_at IS 'The time that was told of the last call. Goes back only if a clock was set forward by more than five minutes, and back.';
COMMENT ON COLUMN tiny_quota.asked_most IS 'The latest time that was told, unless it cannot be.';
