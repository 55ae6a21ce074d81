-- Who may do what in Postgres: the whole of it. Run as an administrator, after the migrations, any
-- number of times: what a role has beyond this is taken away.
DO $$
DECLARE
  each text;
BEGIN
  FOREACH each IN ARRAY ARRAY['TABLES', 'SEQUENCES'] LOOP
    EXECUTE format('REVOKE ALL ON ALL %s IN SCHEMA %I FROM PUBLIC, ordem_producer, ordem_worker,'
      ' ordem_writer, ordem_relay, ordem_report', each, current_schema());
  END LOOP;
END
$$;

-- Each service looks at the start whether the tables are of its version.
GRANT SELECT ON ordem_schema_history TO ordem_producer, ordem_worker, ordem_writer;

-- The producer keeps the book of runs, tokens and quota; it compares all that the sink wrote, and
-- notes which partition a row belongs to, but changes no order.
GRANT SELECT ON os, os_status_history, os_sync_queue, os_refused, os_totais, os_conclusao,
  os_tempo_em_situacao, os_situacao_desconhecida, tecnico, equipamento, import_failures,
  import_failures_resolved, account_certificate, sync_run_progress, outbox, sink_position,
  sink_topic TO ordem_producer;
-- A sink notes that Postgres was put back from a backup; the producer has runs read again.
GRANT SELECT, UPDATE ON restoration TO ordem_producer;
GRANT SELECT, INSERT ON restoration TO ordem_writer;
GRANT UPDATE (partition) ON os, os_status_history, os_refused TO ordem_producer;
GRANT SELECT, INSERT, UPDATE, DELETE ON sync_run, generation, repair, schedule, unreadable_header
  TO ordem_producer;
GRANT SELECT, INSERT, DELETE ON sync_run_log TO ordem_producer;
-- Runs, and rows that Postgres refuses, are numbered as they come.
GRANT USAGE ON SEQUENCE run_order TO ordem_producer, ordem_writer;
GRANT SELECT, INSERT ON lost_proof TO ordem_producer;
GRANT SELECT, INSERT, UPDATE ON sync_zone TO ordem_producer;
GRANT DELETE ON os_sync_queue, os_refused, account_certificate TO ordem_producer;
-- It notices that Kafka was put back from an older copy.
GRANT UPDATE ON sink_topic TO ordem_producer;
GRANT INSERT ON outbox, import_failures_resolved TO ordem_producer;
-- It watches.
GRANT SELECT, INSERT, UPDATE ON watch TO ordem_producer;
GRANT SELECT, INSERT, UPDATE, DELETE ON watch_slice TO ordem_producer;

-- Whoever calls Tiny needs tokens and permits, and looks whose they are: it locks identity, notes the
-- account there, and compares its oldest orders with those that a new authorisation shows.
GRANT SELECT, INSERT, UPDATE ON tiny_account, tiny_quota, tiny_quota_permit, identity
  TO ordem_producer, ordem_worker;
GRANT SELECT (account, id, numero, data, cliente_id) ON os TO ordem_worker;
-- Accounts are disconnected by way of the API.
GRANT DELETE ON tiny_account, tiny_quota TO ordem_producer;
GRANT DELETE ON tiny_quota_permit TO ordem_producer, ordem_worker;
GRANT SELECT, INSERT, DELETE ON tiny_authorisation TO ordem_producer;
GRANT USAGE ON SEQUENCE tiny_quota_permit_id TO ordem_producer, ordem_worker;

-- The sink writes what topics say.
GRANT SELECT, INSERT, UPDATE, DELETE ON os, os_status_history, os_sync_queue, os_refused,
  sync_run_progress, account_certificate, import_failures_resolved, sink_position TO ordem_writer;
GRANT SELECT, INSERT, UPDATE ON sink_topic TO ordem_writer;
GRANT SELECT, UPDATE ON repair TO ordem_writer;

-- The relay sends the outbox and deletes what was sent.
GRANT SELECT, DELETE ON outbox TO ordem_relay;
GRANT UPDATE (refused_at, error) ON outbox TO ordem_relay;

-- Reports see everything about orders but whose they are and what they hold.
GRANT SELECT (account, id, numero, situacao, data, data_prevista, data_conclusao, tecnico,
  total_servicos, total_pecas, total, marcadores, details_synced, header_seen_at,
  detail_fetched_at, removed_at, run_id, updated_at, revision) ON os TO ordem_report;
GRANT SELECT ON os_status_history, os_conclusao, os_tempo_em_situacao, os_totais, tecnico
  TO ordem_report;
GRANT SELECT (id, account, mode, status, requested_by, created_at, started_at, finished_at,
  healed_at, certificate) ON sync_run TO ordem_report;
