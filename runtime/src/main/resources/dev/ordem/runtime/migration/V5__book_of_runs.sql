-- Runs live here: asking is an INSERT, cancelling and resuming are UPDATEs whose WHERE is the rule.
ALTER TABLE sync_run
  ADD requested_by  text        NOT NULL DEFAULT 'sql',
  ADD phase         text        NOT NULL DEFAULT 'READING',
  ADD reading       bigint      NOT NULL DEFAULT 0,
  ADD generation    uuid,
  ADD began_at      timestamptz,
  ADD lease_holder  uuid,
  ADD lease_until   timestamptz,
  ADD lease_epoch   bigint      NOT NULL DEFAULT 0,
  ADD owed          text[]      NOT NULL DEFAULT '{}',
  ADD limited       boolean     NOT NULL DEFAULT false,
  ADD healed_at     timestamptz,
  ADD certificate   jsonb,
  ADD report        jsonb,
  ADD waits_for     text,
  ADD absences      text,
  ADD version       bigint      NOT NULL DEFAULT 0,
  ADD progressed_at timestamptz NOT NULL DEFAULT now(),
  ADD stuck         boolean     NOT NULL DEFAULT false,
  -- As asked for: mode becomes what auto decided, request stays.
  ADD same_as       text        GENERATED ALWAYS AS (
    (request->>'mode') || '/' || coalesce(request->>'from', '') || '/' || coalesce(request->>'to', '')
      || '/' || coalesce(request->>'max', '') || '/' || coalesce(request->>'headersOnly', 'false')
  ) STORED,
  DROP source_offset;

-- Of the version before: what was under way is read anew, its places in the list mean nothing here.
UPDATE sync_run SET phase = 'ENDED' WHERE status NOT IN ('QUEUED', 'RUNNING');
UPDATE sync_run SET status = 'QUEUED', cursor = NULL WHERE status = 'RUNNING';
UPDATE sync_run SET cursor = NULL, updated_at = coalesce(updated_at, created_at);
UPDATE sync_run SET limited = request ? 'max';
WITH doubles AS (
  SELECT id, row_number() OVER (PARTITION BY account, same_as ORDER BY created_at, id) AS n
  FROM sync_run WHERE status = 'QUEUED' AND NOT coalesce((request->>'startLater')::boolean, false))
UPDATE sync_run SET status = 'CANCELED', phase = 'ENDED', finished_at = now()
FROM doubles WHERE doubles.id = sync_run.id AND doubles.n > 1;

-- The same request stands in the way while the first is queued to start or still reading.
CREATE UNIQUE INDEX sync_run_same ON sync_run (account, same_as)
  WHERE status IN ('QUEUED', 'RUNNING') AND phase = 'READING'
    AND NOT coalesce((request->>'startLater')::boolean, false);
CREATE INDEX sync_run_work ON sync_run (account, created_at)
  WHERE phase <> 'ENDED' OR owed <> '{}';

COMMENT ON TABLE  sync_run IS 'The book of runs: what was asked for, who does it, how far it is, what the verdict was.';
COMMENT ON COLUMN sync_run.requested_by IS 'Who asked: api, sql, schedule or up.';
COMMENT ON COLUMN sync_run.phase IS 'READING: to be read, or being read. SETTLING: headers are read, details and proof are not over. HEALING: ended PARTIAL, and judged again when nothing is missing any more. ENDED.';
COMMENT ON COLUMN sync_run.reading IS 'Numbers each beginning or resumption of reading; stands in every header and marker.';
COMMENT ON COLUMN sync_run.generation IS 'Generation in which it was read, see generation.';
COMMENT ON COLUMN sync_run.began_at IS 'When Tiny was asked for the first page.';
COMMENT ON COLUMN sync_run.lease_holder IS 'The producer that works on it, until lease_until.';
COMMENT ON COLUMN sync_run.lease_epoch IS 'Grows with each change of holder, and fences the writes of the one before.';
COMMENT ON COLUMN sync_run.owed IS 'Markers that the ledger must still be sent, in order: cancel, resume, forget.';
COMMENT ON COLUMN sync_run.limited IS 'A maximum cut it short: it proves nothing of the rest.';
COMMENT ON COLUMN sync_run.healed_at IS 'When a partial run was found to miss nothing any more.';
COMMENT ON COLUMN sync_run.certificate IS 'What was proved, partition by partition: orders, changes, their XOR, and when.';
COMMENT ON COLUMN sync_run.report IS 'Of reconcile: Tiny, ledger and Postgres by status, and what was found.';
COMMENT ON COLUMN sync_run.waits_for IS 'Why it stands still; null while it moves.';
COMMENT ON COLUMN sync_run.absences IS 'A whole read that missed most of the known orders is not believed: ASKED, until a person says CONFIRMED or REFUSED; else null.';
COMMENT ON COLUMN sync_run.stuck IS 'Nothing moved for an hour.';
COMMENT ON COLUMN sync_run.cursor IS 'Where reading stands; null before the first page.';
COMMENT ON COLUMN sync_run.mode IS 'incremental, full, period, details, reconcile or auto; auto becomes what was decided when the run starts.';

CREATE TABLE sync_run_log (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id   uuid        NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  level    text        NOT NULL,
  module   text        NOT NULL,
  message  text        NOT NULL,
  metadata jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX sync_run_log_run ON sync_run_log (run_id, id);
COMMENT ON TABLE  sync_run_log IS 'What happened in each run.';
COMMENT ON COLUMN sync_run_log.level IS 'INFO, WARN or ERROR.';
COMMENT ON COLUMN sync_run_log.module IS 'run, headers, details or store.';

-- The progress of runs of the version before counts what nobody waits for any more.
TRUNCATE sync_run_progress;
ALTER TABLE sync_run_progress
  ADD reading             bigint,
  ADD open                bigint NOT NULL DEFAULT 0,
  ADD dropped             bigint NOT NULL DEFAULT 0,
  ADD skipped             bigint NOT NULL DEFAULT 0,
  ADD certificate_version bigint,
  ADD known               bigint,
  ADD absent              bigint,
  ADD absences_counted    boolean NOT NULL DEFAULT false,
  ADD suspects            bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN sync_run_progress.ended IS 'Whether the end of this reading was passed and every marker before it is worked off.';
COMMENT ON COLUMN sync_run_progress.open IS 'Orders whose detail is still to come.';
COMMENT ON COLUMN sync_run_progress.dropped IS 'Orders that a cancelled run left undone.';
COMMENT ON COLUMN sync_run_progress.skipped IS 'Headers that came before the baseline and were not taken.';
COMMENT ON COLUMN sync_run_progress.certificate_version IS 'From this version of the account''s certificate on, the partition holds all that the run asked for; null while it does not.';
COMMENT ON COLUMN sync_run_progress.known IS 'Orders that were listed before a whole read ended; null: no whole read has.';
COMMENT ON COLUMN sync_run_progress.absent IS 'Of those, the ones that it did not show.';

CREATE TABLE account_certificate (
  account       text        NOT NULL,
  partition     integer     NOT NULL,
  generation    uuid,
  version       bigint      NOT NULL,
  orders        bigint      NOT NULL,
  orders_xor    bigint      NOT NULL,
  changes       bigint      NOT NULL,
  changes_xor   bigint      NOT NULL,
  by_situacao   jsonb       NOT NULL,
  suspects      bigint      NOT NULL,
  audited       bigint      NOT NULL,
  missed        bigint      NOT NULL,
  updated_at    timestamptz NOT NULL,
  source_offset bigint      NOT NULL,
  PRIMARY KEY (account, partition)
);
COMMENT ON TABLE account_certificate IS 'What the ledger holds of each account in each partition. From the topic sync-run-progress. Compare with: SELECT count(*), bit_xor((''x''||left(md5(id||'':''||revision),16))::bit(64)::bigint) FROM os WHERE removed_at IS NULL.';

ALTER TABLE os ADD partition integer;
CREATE INDEX os_certificate ON os (account, partition) INCLUDE (id, revision) WHERE removed_at IS NULL;
COMMENT ON COLUMN os.partition IS 'Partition of Kafka that the row comes from.';

ALTER TABLE os_status_history ADD partition integer, ADD previous_sequence bigint;
UPDATE os_status_history SET previous_sequence = sequence - 1 WHERE sequence > 1;
CREATE INDEX os_status_history_certificate ON os_status_history (account, partition)
  INCLUDE (os_id, sequence, from_situacao, to_situacao);
COMMENT ON COLUMN os_status_history.previous_sequence IS 'Sequence of the change before; null for the first.';
COMMENT ON COLUMN os_status_history.seen_before IS 'Tiny was asked then and showed from_situacao: the change happened after this.';
COMMENT ON COLUMN os_status_history.seen_at IS 'The answer that first showed to_situacao was there: the change happened before this.';

CREATE TABLE os_refused (
  table_name text        NOT NULL,
  account    text        NOT NULL,
  os_id      bigint      NOT NULL,
  sequence   bigint      NOT NULL DEFAULT 0,
  state      text        NOT NULL,
  partition  integer     NOT NULL,
  revision   bigint,
  checksum   bigint,
  run_ids    uuid[]      NOT NULL DEFAULT '{}',
  cause      text        NOT NULL,
  error      text        NOT NULL,
  excerpt    text,
  attempts   integer     NOT NULL DEFAULT 1,
  first_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (table_name, account, os_id, sequence)
);
CREATE INDEX os_refused_account ON os_refused (account, partition);
COMMENT ON TABLE  os_refused IS 'Rows that Postgres refused (REFUSED), and rows that the topics do not know (EXTRA).';
COMMENT ON COLUMN os_refused.table_name IS 'os, os_status_history or os_sync_queue.';
COMMENT ON COLUMN os_refused.sequence IS 'Of a row of os_status_history; else 0.';
COMMENT ON COLUMN os_refused.revision IS 'Of a refused row of os.';
COMMENT ON COLUMN os_refused.checksum IS 'What the row counts in the ledger''s certificate, and is taken out of it; null: nothing.';
COMMENT ON COLUMN os_refused.run_ids IS 'Runs that brought the row.';

CREATE TABLE repair (
  id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account      text        NOT NULL,
  partitions   integer[]   NOT NULL,
  extras       boolean     NOT NULL DEFAULT true,
  requested_by text        NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  taken_by     uuid,
  taken_until  timestamptz,
  done_at      timestamptz,
  restored     bigint,
  extra        bigint,
  error        text
);
CREATE INDEX repair_open ON repair (id) WHERE done_at IS NULL;
COMMENT ON TABLE  repair IS 'Partitions whose rows a sink is to compare with the topics and put right.';
COMMENT ON COLUMN repair.extras IS 'Whether rows that the topics do not know are set aside in os_refused.';
COMMENT ON COLUMN repair.restored IS 'Rows that were missing, older or different.';

CREATE TABLE generation (
  account           text        NOT NULL,
  id                uuid        NOT NULL,
  kafka_cluster     text        NOT NULL,
  headers_topic     text        NOT NULL,
  enriched_topic    text        NOT NULL,
  postgres_system   text        NOT NULL,
  partitions        integer     NOT NULL,
  progress_ends     bigint[]    NOT NULL DEFAULT '{}',
  created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account, id)
);
CREATE INDEX generation_newest ON generation (account, created_at DESC);
COMMENT ON TABLE generation IS 'Which Kafka and which Postgres an account''s data lived in; the newest is the present one. Each begins with a baseline.';
COMMENT ON COLUMN generation.progress_ends IS 'End of each partition of sync-run-progress when the generation began: a certificate from before it proves nothing.';

ALTER TABLE outbox
  ADD position   bigint GENERATED ALWAYS AS IDENTITY,
  ADD refused_at timestamptz,
  ADD error      text;
ALTER TABLE outbox ALTER aggregatetype DROP DEFAULT, ALTER payload DROP NOT NULL;
DELETE FROM outbox WHERE aggregatetype = 'sync-commands' AND type <> 'refresh';
UPDATE outbox SET aggregatetype = 'os-headers' WHERE aggregatetype = 'sync-commands';
CREATE UNIQUE INDEX outbox_position ON outbox (position);
COMMENT ON TABLE  outbox IS 'What is on its way to Kafka, in the order of position. A row is deleted once Kafka has it.';
COMMENT ON COLUMN outbox.aggregatetype IS 'The topic: sync-runs (states of runs) or os-headers (orders that people want read).';
COMMENT ON COLUMN outbox.aggregateid IS 'The run''s id, or account:id of an order.';
COMMENT ON COLUMN outbox.type IS 'run-state, forgotten, refresh or requeue.';
COMMENT ON COLUMN outbox.payload IS 'The state as the topic carries it; of a wish {"requestedAt": …}; null of forgotten.';
COMMENT ON COLUMN outbox.refused_at IS 'When it was found that the row cannot be sent; error says why.';

CREATE TABLE import_failures_resolved (
  account          text        NOT NULL,
  os_id            bigint      NOT NULL,
  state            text        NOT NULL,
  cause            text,
  error            text,
  excerpt          text,
  attempts         integer     NOT NULL,
  first_attempt_at timestamptz,
  last_attempt_at  timestamptz,
  run_id           uuid,
  resolved_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX import_failures_resolved_at ON import_failures_resolved (resolved_at);
COMMENT ON TABLE import_failures_resolved IS 'What stood in import_failures and was put right, for 90 days.';
