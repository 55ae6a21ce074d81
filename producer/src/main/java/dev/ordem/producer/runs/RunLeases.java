package dev.ordem.producer.runs;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Which producer works on which run. A lease that is not renewed ends by itself, by the database's
 * clock; then any producer may take the run, with a greater epoch, and what the one before writes
 * to the row changes nothing. Thread safe.
 */
public final class RunLeases {
  private static final String CLAIM =
      "SELECT run_id, run_account, epoch, reads"
          + " FROM run_claim(?, make_interval(secs => ?), ?, ?)";

  /**
   * Nobody waits for a row that is locked: the others' leases would end meanwhile. What it says of
   * such a row is what everybody sees of it.
   */
  private static final String RENEW =
      """
      WITH asked AS (SELECT id, epoch, ?::uuid AS holder FROM unnest(?, ?) AS a (id, epoch)),
      free AS (
        SELECT r.id FROM sync_run r JOIN asked a ON r.id = a.id AND r.lease_epoch = a.epoch
          AND r.lease_holder = a.holder AND r.lease_until > clock_timestamp()
        FOR UPDATE OF r SKIP LOCKED),
      renewed AS (
        UPDATE sync_run r SET lease_until = clock_timestamp() + make_interval(secs => ?)
        FROM free f WHERE r.id = f.id
        RETURNING r.id, r.status = 'RUNNING' AND r.phase = 'READING' AS reading)
      SELECT r.id, r.account, r.lease_epoch, n.id IS NOT NULL AS renewed,
        coalesce(n.reading, r.status = 'RUNNING' AND r.phase = 'READING') AS reading
      FROM sync_run r JOIN asked a ON r.id = a.id AND r.lease_epoch = a.epoch
          AND r.lease_holder = a.holder AND r.lease_until > clock_timestamp()
        LEFT JOIN renewed n ON n.id = r.id
      """;

  private static final String RELEASE =
      """
      UPDATE sync_run SET lease_holder = NULL, lease_until = clock_timestamp()
        + CASE WHEN phase = 'HEALING' THEN greatest(make_interval(secs => ?),
            least(interval '1 minute', (clock_timestamp() - finished_at) / 20))
          ELSE interval '0' END
      WHERE id = ? AND lease_holder = ? AND lease_epoch = ?
      """;

  private final DataSource source;
  private final UUID holder;
  private final Duration length;

  /**
   * Does no I/O.
   *
   * @param holder this producer
   * @param length of a lease
   */
  public RunLeases(DataSource source, UUID holder, Duration length) {
    this.source = source;
    this.holder = holder;
    this.length = length;
  }

  /** How long a lease lasts. */
  public Duration length() {
    return length;
  }

  /**
   * Takes what is to be done and held by nobody. The headers of one account are read by one
   * producer at a time, an interrupted run first, then the oldest.
   *
   * @param readers runs to read at most
   * @param others runs at most of which something else is to be done
   */
  public List<Claim> claim(int readers, int others) throws SQLException {
    return Sql.list(
        source,
        CLAIM,
        row ->
            new Claim(
                new HeldRun(
                    row.getObject("run_id", UUID.class),
                    row.getString("run_account"),
                    holder,
                    row.getLong("epoch")),
                row.getBoolean("reads")),
        holder,
        length,
        readers,
        others);
  }

  /**
   * Keeps {@code runs}; those that are not returned are lost, and nothing may be done with them. It
   * waits for nobody: where somebody has a run's row locked, its lease lasts as long as it did.
   */
  public List<Renewal> renew(Collection<HeldRun> runs) throws SQLException {
    if (runs.isEmpty()) {
      return List.of();
    }
    return Sql.list(
        source,
        RENEW,
        row ->
            new Renewal(
                new HeldRun(
                    row.getObject("id", UUID.class),
                    row.getString("account"),
                    holder,
                    row.getLong("lease_epoch")),
                row.getBoolean("renewed"),
                row.getBoolean("reading")),
        holder,
        runs.stream().map(HeldRun::id).toArray(UUID[]::new),
        runs.stream().map(HeldRun::epoch).toArray(Long[]::new),
        length);
  }

  /**
   * Lets go of a run; whatever is to be done about it is taken up at once.
   *
   * @param notBefore if it heals, nobody need look at it before that; and the longer it has been
   *     partial the later, up to a minute
   */
  public void release(HeldRun run, Duration notBefore) throws SQLException {
    Sql.update(source, RELEASE, notBefore, run.id(), run.holder(), run.epoch());
  }

  /**
   * A run that was taken.
   *
   * @param reads whether its headers are to be read; else something other
   */
  public record Claim(HeldRun run, boolean reads) {}

  /**
   * A run that is kept.
   *
   * @param renewed whether its lease is; else its row is locked, and it is to be tried again
   * @param reading whether its headers are being read: no longer if it was cancelled
   */
  public record Renewal(HeldRun run, boolean renewed, boolean reading) {}
}
