-- Business columns are named as Tiny's documentation names them, in Portuguese: the people who
-- write reports know those. Everything else is English.
-- No foreign keys: topics arrive in any order, and each table is rebuilt from its own topic.

CREATE TABLE os (
  account             text        NOT NULL,
  id                  bigint      NOT NULL,
  numero              text,
  situacao            smallint    NOT NULL,
  data                date,
  data_prevista       timestamp,
  data_conclusao      date,
  cliente_id          bigint,
  cliente_nome        text,
  tecnico             text,
  equipamento         text,
  equipamento_serie   text,
  total_servicos      numeric,
  total_pecas         numeric,
  total               numeric,
  marcadores          text[]      NOT NULL,
  payload             jsonb       NOT NULL,
  details_synced      boolean     NOT NULL,
  header_seen_at      timestamptz,
  detail_fetched_at   timestamptz,
  sync_attempted_at   timestamptz,
  sync_error          text,
  removed_at          timestamptz,
  run_id              uuid,
  updated_at          timestamptz NOT NULL,
  revision            bigint      NOT NULL,
  source_at           timestamptz NOT NULL,
  source_offset       bigint      NOT NULL,
  PRIMARY KEY (account, id)
);
CREATE INDEX os_situacao   ON os (account, situacao);
CREATE INDEX os_data       ON os (account, data);
CREATE INDEX os_cliente    ON os (account, cliente_id);
CREATE INDEX os_numero     ON os (account, numero);
CREATE INDEX os_marcadores ON os USING gin (marcadores);

COMMENT ON TABLE  os IS 'One row per service order (ordem de serviço), as known now. From the topic os-enriched.';
COMMENT ON COLUMN os.account IS 'Name of the Tiny account.';
COMMENT ON COLUMN os.id IS 'Tiny''s id of the order.';
COMMENT ON COLUMN os.numero IS 'Number of the order as people know it (numeroOrdemServico).';
COMMENT ON COLUMN os.situacao IS 'Status: 0 em aberto, 1 orçada, 2 serviço concluído, 3 finalizada, 4 não aprovada, 5 aprovada, 6 em andamento, 7 cancelada.';
COMMENT ON COLUMN os.data IS 'Emission date, in São Paulo. It can be back-dated.';
COMMENT ON COLUMN os.data_prevista IS 'Promised for, in São Paulo.';
COMMENT ON COLUMN os.data_conclusao IS 'Finished on, as entered in Tiny; empty on many finished orders: see the view os_conclusao.';
COMMENT ON COLUMN os.cliente_id IS 'Tiny''s id of the customer (contato in the detail).';
COMMENT ON COLUMN os.cliente_nome IS 'Name of the customer.';
COMMENT ON COLUMN os.tecnico IS 'Technician, free text.';
COMMENT ON COLUMN os.equipamento IS 'Equipment to be repaired, free text.';
COMMENT ON COLUMN os.equipamento_serie IS 'Serial number of the equipment; an empty answer of Tiny erases nothing.';
COMMENT ON COLUMN os.total_servicos IS 'Sum of the services, in BRL.';
COMMENT ON COLUMN os.total_pecas IS 'Sum of the parts, in BRL.';
COMMENT ON COLUMN os.total IS 'Total of the order, in BRL (totalOrdemServico).';
COMMENT ON COLUMN os.marcadores IS 'Markers (tags); never null.';
COMMENT ON COLUMN os.payload IS 'The detail as Tiny sent it, with marcadores; the item of the list while details_synced is false. U+0000 is removed, as Postgres cannot hold it.';
COMMENT ON COLUMN os.details_synced IS 'Whether the detail was ever read.';
COMMENT ON COLUMN os.header_seen_at IS 'When the list last showed a change of the order.';
COMMENT ON COLUMN os.detail_fetched_at IS 'When the detail was last read.';
COMMENT ON COLUMN os.sync_attempted_at IS 'When reading the detail was last tried, as far as it changed something.';
COMMENT ON COLUMN os.sync_error IS 'Why the last attempt to read the detail failed; null when it did not.';
COMMENT ON COLUMN os.removed_at IS 'When the order was found to be deleted in Tiny; null while it is there.';
COMMENT ON COLUMN os.run_id IS 'The run that brought the last change; null when a person asked for it.';
COMMENT ON COLUMN os.updated_at IS 'When the last change was seen.';
COMMENT ON COLUMN os.revision IS 'Grows with every change; a lower one never overwrites a higher one.';
COMMENT ON COLUMN os.source_at IS 'Timestamp of the Kafka record behind this row.';
COMMENT ON COLUMN os.source_offset IS 'Offset of the Kafka record behind this row.';

CREATE TABLE os_status_history (
  account       text        NOT NULL,
  os_id         bigint      NOT NULL,
  sequence      bigint      NOT NULL,
  id            uuid        NOT NULL UNIQUE,
  from_situacao smallint,
  to_situacao   smallint    NOT NULL,
  seen_before   timestamptz,
  seen_at       timestamptz NOT NULL,
  source        text        NOT NULL,
  run_id        uuid,
  PRIMARY KEY (account, os_id, sequence)
);
CREATE INDEX os_status_history_seen_at ON os_status_history (account, seen_at);

COMMENT ON TABLE  os_status_history IS 'Every observed change of an order''s status, once. From the topic os-status-changes; rows are never changed.';
COMMENT ON COLUMN os_status_history.sequence IS '1 for the first observation of an order, then without a gap.';
COMMENT ON COLUMN os_status_history.id IS 'The same for the same change, however often it is written.';
COMMENT ON COLUMN os_status_history.from_situacao IS 'Status before; null for the first observation.';
COMMENT ON COLUMN os_status_history.to_situacao IS 'Status after; codes as in os.situacao.';
COMMENT ON COLUMN os_status_history.seen_before IS 'Last time the order was seen with from_situacao: the change happened after this.';
COMMENT ON COLUMN os_status_history.seen_at IS 'First time the order was seen with to_situacao: the change happened before this.';
COMMENT ON COLUMN os_status_history.source IS 'Which call saw it first: header or detail.';

CREATE TABLE os_sync_queue (
  account            text        NOT NULL,
  os_id              bigint      NOT NULL,
  state              text        NOT NULL,
  lane               text        NOT NULL,
  run_id             uuid,
  attempts           integer     NOT NULL,
  next_attempt_at    timestamptz,
  last_error         text,
  last_error_cause   text,
  last_error_excerpt text,
  failing_since      timestamptz,
  updated_at         timestamptz NOT NULL,
  source_offset      bigint      NOT NULL,
  PRIMARY KEY (account, os_id)
);
CREATE INDEX os_sync_queue_open ON os_sync_queue (account, state, lane) WHERE state <> 'SETTLED';

COMMENT ON TABLE  os_sync_queue IS 'The work state of each order''s detail. From the topic os-sync-state.';
COMMENT ON COLUMN os_sync_queue.state IS 'SETTLED, QUEUED, REQUESTED, RETRYING or PARKED.';
COMMENT ON COLUMN os_sync_queue.lane IS 'Why the detail is or was wanted: REFRESH, HOT, RETRY, BACKFILL or AUDIT.';
COMMENT ON COLUMN os_sync_queue.attempts IS 'Failed attempts so far.';
COMMENT ON COLUMN os_sync_queue.next_attempt_at IS 'When the next attempt is due; null unless RETRYING.';
COMMENT ON COLUMN os_sync_queue.last_error IS 'Why the last attempt failed, for people; null after a success.';
COMMENT ON COLUMN os_sync_queue.last_error_cause IS 'The same as a word to count by: http-500, unreadable-body, …';
COMMENT ON COLUMN os_sync_queue.last_error_excerpt IS 'The beginning of the response that made it fail.';
COMMENT ON COLUMN os_sync_queue.failing_since IS 'When the first of the present row of failures was seen; null after a success.';

CREATE TABLE sync_run (
  id            uuid        PRIMARY KEY,
  account       text        NOT NULL,
  mode          text        NOT NULL,
  status        text        NOT NULL,
  created_at    timestamptz NOT NULL,
  started_at    timestamptz,
  finished_at   timestamptz,
  error         text,
  request       jsonb       NOT NULL,
  cursor        jsonb,
  headers       jsonb,
  details       jsonb,
  store         jsonb,
  updated_at    timestamptz,
  source_offset bigint
);
CREATE INDEX sync_run_newest ON sync_run (account, mode, created_at DESC);
CREATE INDEX sync_run_created_at ON sync_run (created_at DESC);
CREATE INDEX sync_run_open ON sync_run (status) WHERE status IN ('QUEUED', 'RUNNING');

COMMENT ON TABLE  sync_run IS 'Runs. Inserted as QUEUED by whoever asks, together with a row in outbox; from then on written from the topic sync-runs.';
COMMENT ON COLUMN sync_run.mode IS 'incremental, full, period or auto; auto becomes what was decided when the run starts.';
COMMENT ON COLUMN sync_run.status IS 'QUEUED, RUNNING, COMPLETE, PARTIAL, FAILED or CANCELED. COMPLETE means proved to be whole.';
COMMENT ON COLUMN sync_run.request IS 'What was asked for: account, mode, from, to, max, headersOnly, startLater.';
COMMENT ON COLUMN sync_run.cursor IS 'Where reading stands: pass, offset, lastId, ended, highestId, unreadable, markedAt.';
COMMENT ON COLUMN sync_run.headers IS 'How reading the headers goes: status, done, total, error.';
COMMENT ON COLUMN sync_run.details IS 'How reading the details goes: status, done, total, error.';
COMMENT ON COLUMN sync_run.store IS 'How storing in Postgres goes: status, done, total, error.';
COMMENT ON COLUMN sync_run.updated_at IS 'When the producer wrote this state; null while only asked for.';

CREATE TABLE sync_run_progress (
  run_id        uuid        NOT NULL,
  partition     integer     NOT NULL,
  account       text        NOT NULL,
  ended         boolean     NOT NULL,
  seen          bigint      NOT NULL,
  fresh         bigint      NOT NULL,
  changed       bigint      NOT NULL,
  unchanged     bigint      NOT NULL,
  requested     bigint      NOT NULL,
  settled       bigint      NOT NULL,
  parked        bigint      NOT NULL,
  ended_at      timestamptz,
  updated_at    timestamptz NOT NULL,
  source_offset bigint      NOT NULL,
  PRIMARY KEY (run_id, partition)
);

COMMENT ON TABLE  sync_run_progress IS 'What the ledger knows of a run in each partition of os-headers. From the topic sync-run-progress. Counts are of orders.';
COMMENT ON COLUMN sync_run_progress.ended IS 'Whether all headers of this run in this partition were dealt with.';
COMMENT ON COLUMN sync_run_progress.ended_at IS 'Which end of headers was passed: a resumed run has a second one.';
COMMENT ON COLUMN sync_run_progress.fresh IS 'Orders never seen before.';
COMMENT ON COLUMN sync_run_progress.requested IS 'Orders whose detail this run wants.';
COMMENT ON COLUMN sync_run_progress.settled IS 'Of those, how many are dealt with.';
COMMENT ON COLUMN sync_run_progress.parked IS 'Of those, how many wait for a person.';

CREATE TABLE outbox (
  id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  aggregatetype text        NOT NULL DEFAULT 'sync-commands',
  aggregateid   text        NOT NULL,
  type          text        NOT NULL,
  payload       jsonb       NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE  outbox IS 'Commands on their way to Kafka, as Debezium''s outbox event router shapes them. A row is deleted once Kafka has it.';
COMMENT ON COLUMN outbox.aggregatetype IS 'The topic: sync-commands.';
COMMENT ON COLUMN outbox.aggregateid IS 'The record''s key: the run''s id, or account:id of an order.';
COMMENT ON COLUMN outbox.type IS 'run, start, cancel, resume or refresh: as in the payload.';
COMMENT ON COLUMN outbox.payload IS 'The command as the topic carries it, "schema" included.';

-- Only inserts: that a relayed row is deleted is nobody's business.
CREATE PUBLICATION ordem_outbox FOR TABLE outbox WITH (publish = 'insert');
