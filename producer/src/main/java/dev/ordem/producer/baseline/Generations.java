package dev.ordem.producer.baseline;

import dev.ordem.producer.runs.RunLog;
import dev.ordem.producer.runs.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** The table {@code generation}, and what it says of certificates. Thread safe. */
final class Generations {
  private static final String NEWEST =
      """
      SELECT DISTINCT ON (account) * FROM generation WHERE ? OR account = ?
      ORDER BY account, number DESC
      """;

  /** Only certificates from behind the beginning of the generation tell anything about it. */
  private static final String FOREIGN =
      """
      SELECT c.account, g.id AS present,
        c.partition || ':' || c.version || ':' || coalesce(c.generation::text, '') AS name
      FROM (SELECT DISTINCT ON (account) * FROM generation ORDER BY account, number DESC) AS g
        JOIN account_certificate c ON c.account = g.account AND c.generation IS DISTINCT FROM g.id
      WHERE c.source_offset >= coalesce(g.progress_ends[c.partition + 1], 0)
      """;

  /**
   * What was published before a generation begins is not of it, whether its offset is of this topic
   * or of one that is gone, with as many partitions as that had. The ledger tells each anew when it
   * passes the baseline, and may have done so.
   */
  private static final String FORGET_CERTIFICATES =
      """
      WITH forgets AS MATERIALIZED (SELECT set_config('ordem.forgets', 'on', true))
      DELETE FROM account_certificate USING forgets
      WHERE account = ? AND generation IS DISTINCT FROM ?
      """;

  /**
   * A run that has the same request as another one that is to be read cannot be put beside it: it
   * stays, and is read again once its judge sees that its evidence is of another generation.
   */
  private static final String READ_AGAIN =
      """
      UPDATE sync_run r SET phase = 'READING', cursor = NULL, began_at = NULL, certificate = NULL,
        headers = NULL, generation = NULL, waits_for = NULL, lease_holder = NULL,
        lease_until = NULL, lease_epoch = r.lease_epoch + 1, progressed_at = clock_timestamp()
      WHERE r.account = ? AND r.status = 'RUNNING' AND r.phase IN ('READING', 'SETTLING')
        AND r.generation <> ?
        AND NOT EXISTS (SELECT FROM sync_run o WHERE o.account = r.account
          AND o.same_as = r.same_as AND o.id <> r.id AND o.status IN ('QUEUED', 'RUNNING')
          AND (o.phase = 'READING' AND NOT coalesce((o.request->>'startLater')::boolean, false)
            OR o.phase = 'SETTLING' AND (o.created_at, o.id) < (r.created_at, r.id)))
      RETURNING r.id
      """;

  /** Several producers may tell: what one of them knew a moment ago is no step back. */
  private static final String REACHED =
      """
      UPDATE generation g SET topic_ends = (SELECT array_agg(greatest(old.last, new.last)
          ORDER BY coalesce(old.n, new.n))
        FROM unnest(g.topic_ends) WITH ORDINALITY AS old (last, n)
          FULL JOIN unnest(?::bigint[]) WITH ORDINALITY AS new (last, n) ON new.n = old.n)
      WHERE g.account = ? AND g.id = ? AND g.topic_ends IS DISTINCT FROM ?
      """;

  /** Its topics go on at offsets that rows have from records which are gone. */
  private static final String WENT_BACK =
      """
      WITH back AS (
        UPDATE generation SET went_back = true WHERE account = ? AND id = ? AND NOT went_back
        RETURNING id)
      UPDATE sink_topic SET number = number + 1 WHERE EXISTS (SELECT FROM back)
      """;

  private final DataSource source;

  Generations(DataSource source) {
    this.source = source;
  }

  /** Postgres' own id of this database system. */
  String postgres() throws SQLException {
    return Sql.first(
            source,
            "SELECT system_identifier::text FROM pg_control_system()",
            row -> row.getString(1))
        .orElseThrow();
  }

  /** The present generation of an account; empty: none has begun. */
  Optional<Generation> newest(String account) throws SQLException {
    return newest(false, account).stream().findFirst();
  }

  /** The present generation of each account that has one. */
  Map<String, Generation> newest() throws SQLException {
    Map<String, Generation> all = new HashMap<>();
    newest(true, "").forEach(generation -> all.put(generation.account, generation));
    return all;
  }

  /** Certificates that were published since an account's generation began and are not of it. */
  List<ForeignCertificate> foreignCertificates() throws SQLException {
    return Sql.list(
        source,
        FOREIGN,
        row ->
            new ForeignCertificate(
                row.getString("account"),
                row.getObject("present", UUID.class),
                row.getString("name")));
  }

  /**
   * Notes how far Kafka's topics go, if that is farther than was known.
   *
   * @param ends as {@link KafkaState#ends(int)} tells them
   */
  void reached(Generation generation, Long[] ends) throws SQLException {
    if (!Arrays.equals(generation.ends, ends)) {
      Sql.update(source, REACHED, ends, generation.account, generation.id, ends);
    }
  }

  /** Kafka was found to hold less than it did: this lasts until another generation begins. */
  void goneBack(Generation generation) throws SQLException {
    Sql.update(source, WENT_BACK, generation.account, generation.id);
  }

  /**
   * A generation begins: its baseline is written. What was being read or settled in an older one is
   * to be read anew.
   *
   * @param progressEnds of each partition of {@code sync-run-progress}
   */
  void begin(Generation generation, Long[] progressEnds) throws SQLException {
    Sql.in(
        source,
        connection -> {
          BackendIdentity identity = generation.identity;
          Sql.update(
              connection,
              """
              INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,
                postgres_system, partitions, topic_ends, progress_ends)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
              """,
              generation.account,
              generation.id,
              identity.cluster(),
              identity.headersTopic(),
              identity.enrichedTopic(),
              identity.postgres(),
              identity.partitions(),
              generation.ends,
              progressEnds);
          Sql.update(connection, FORGET_CERTIFICATES, generation.account, generation.id);
          readAgain(connection, generation);
          return true;
        });
  }

  private static void readAgain(Connection connection, Generation generation) throws SQLException {
    List<UUID> runs =
        Sql.list(
            connection,
            READ_AGAIN,
            row -> row.getObject(1, UUID.class),
            generation.account,
            generation.id);
    for (UUID run : runs) {
      RunLog.add(
          connection,
          run,
          RunLog.Level.WARN,
          RunLog.Module.HEADERS,
          "Kafka, Postgres or the ledger is not the one that this run was read into:"
              + " it is read again from the start",
          Map.of("generation", generation.id.toString()));
    }
  }

  private List<Generation> newest(boolean all, String account) throws SQLException {
    return Sql.list(
        source,
        NEWEST,
        row ->
            new Generation(
                row.getString("account"),
                row.getObject("id", UUID.class),
                new BackendIdentity(
                    row.getString("kafka_cluster"),
                    row.getString("headers_topic"),
                    row.getString("enriched_topic"),
                    row.getString("postgres_system"),
                    row.getInt("partitions")),
                (Long[]) row.getArray("topic_ends").getArray(),
                row.getBoolean("went_back")),
        all,
        account);
  }

  /**
   * A certificate that is not of its account's present generation.
   *
   * @param present the generation that it is not of
   * @param name of this certificate: one that changes has another
   */
  record ForeignCertificate(String account, UUID present, String name) {}

  /**
   * A time in which an account's data lived in one Kafka and one Postgres.
   *
   * @param ends how far Kafka's topics were known to go, as {@link KafkaState#ends(int)} tells
   * @param wentBack Kafka was found to hold less than that
   */
  @SuppressWarnings("ArrayRecordComponent") // read from a row and never changed
  record Generation(
      String account, UUID id, BackendIdentity identity, Long[] ends, boolean wentBack) {
    /** Whether records are gone that Kafka had. */
    boolean isAheadOf(Long[] now) {
      return IntStream.range(0, Math.min(ends.length, now.length)).anyMatch(i -> ends[i] > now[i]);
    }
  }
}
