/**
 * Puts topics into Postgres, owns the schema, and carries the outbox to Kafka.
 *
 * <h2>Asking for a run by SQL</h2>
 *
 * Whoever asks writes two rows in one transaction. {@code SELECT ordem_run('full')} does so; the
 * same by hand, or from another service:
 *
 * <pre>{@code
 * INSERT INTO sync_run (id, account, mode, status, created_at, request)
 * VALUES (:runId, :account, :mode, 'QUEUED', now(), :request::jsonb);
 *
 * INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at)
 * VALUES (gen_random_uuid(), 'sync-commands', :key, :type, :command::jsonb, now());
 * }</pre>
 *
 * {@code command} is a {@link dev.ordem.contract.SyncCommand} as the serde of {@link
 * dev.ordem.contract.Topics#SYNC_COMMANDS} writes it, with {@code "schema":1} and {@code "type"}.
 * {@code key} becomes the record's key: the run's id, or {@code account:osId} for a refresh. {@code
 * id} and {@code created_at} of {@code outbox} have defaults. Commands other than {@code run}
 * insert into {@code outbox} only. Everything else in {@code sync_run} is written from {@link
 * dev.ordem.contract.Topics#SYNC_RUNS}.
 */
@NullMarked
package dev.ordem.sink;

import org.jspecify.annotations.NullMarked;
