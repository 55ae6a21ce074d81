package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.bench.faults.site.Site;
import dev.ordem.bench.pipeline.CommittedRecords;
import dev.ordem.bench.pipeline.ToldChanges;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Topics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tiny's truth, certificates, topics, Postgres and the arrivals at Tiny, all at one moment. */
final class WholeComparison {

  /** As the README says that anybody can compute it. */
  private static final String CERTIFICATES =
      """
      WITH o AS (
        SELECT partition, count(*) AS n,
          bit_xor(('x'||left(md5(id||':'||revision),16))::bit(64)::bigint) AS x
        FROM os WHERE account = 'default' AND removed_at IS NULL GROUP BY partition),
      h AS (
        SELECT partition, count(*) AS n FROM os_status_history
        WHERE account = 'default' GROUP BY partition)
      SELECT c.partition, c.orders, o.n, c.orders_xor = o.x AS same, c.changes, h.n AS told
      FROM account_certificate c
      LEFT JOIN o USING (partition) LEFT JOIN h USING (partition)
      WHERE c.account = 'default' AND (c.orders, c.changes) IS DISTINCT FROM
          (coalesce(o.n, 0), coalesce(h.n, 0)) OR c.orders_xor <> coalesce(o.x, 0)
      """;

  private final Site site;
  private final Versions versions;
  private final int perSecond;
  private final int perMinute;

  WholeComparison(Site site, Versions versions, int perSecond, int perMinute) {
    this.site = site;
    this.versions = versions;
    this.perSecond = perSecond;
    this.perMinute = perMinute;
  }

  /** One sentence for each difference; while nothing happens. */
  List<String> differences() throws Exception {
    List<String> differences = new ArrayList<>();
    try (Connection connection = site.connect()) {
      certificates(connection, differences);
      changes(connection, differences);
      enriched(connection, differences);
    }
    arrivals(differences);
    return differences;
  }

  private static void certificates(Connection connection, List<String> differences)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CERTIFICATES)) {
      while (row.next()) {
        differences.add(
            "certificate of partition %d: orders %d, in Postgres %d, equal %s; changes %d, in Postgres %d"
                .formatted(
                    row.getInt("partition"),
                    row.getLong("orders"),
                    row.getLong("n"),
                    row.getString("same"),
                    row.getLong("changes"),
                    row.getLong("told")));
      }
    }
  }

  private void changes(Connection connection, List<String> differences) throws SQLException {
    ToldChanges told = ToldChanges.read(site.kafkaAddress());
    differences.addAll(told.defects(versions.situacoes()));
    long stored = DatabaseQueries.number(connection, "SELECT count(*) FROM os_status_history");
    if (stored != told.count()) {
      differences.add(stored + " changes in Postgres, " + told.count() + " told");
    }
  }

  /** The newest of each order has to be the row in Postgres. */
  private void enriched(Connection connection, List<String> differences) throws SQLException {
    Map<Long, Long> revisions = revisions();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT id, revision FROM os WHERE removed_at IS NULL")) {
      while (row.next()) {
        Long told = revisions.remove(row.getLong(1));
        if (told == null || told != row.getLong(2)) {
          differences.add(
              "os %d has revision %d, os-enriched %s"
                  .formatted(row.getLong(1), row.getLong(2), told));
        }
      }
    }
    revisions.keySet().forEach(id -> differences.add(id + " is in os-enriched alone"));
  }

  private Map<Long, Long> revisions() {
    Map<Long, Long> revisions = new HashMap<>();
    CommittedRecords.read(
        site.kafkaAddress(), Topics.OS_ENRICHED.name(), record -> take(record, revisions));
    return revisions;
  }

  private static void take(ConsumerRecord<byte[], byte[]> record, Map<Long, Long> revisions) {
    EnrichedOrder order = Topics.OS_ENRICHED.value(record);
    if (order == null) {
      String key = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
      revisions.remove(Long.parseLong(key.substring(key.indexOf(':') + 1)));
    } else {
      revisions.put(order.osId(), order.revision());
    }
  }

  private void arrivals(List<String> differences) throws Exception {
    JsonNode stats = site.tiny().get("/stats?window=PT1S&window=PT1M");
    long reused = stats.path("refreshTokensReused").asLong();
    if (reused > 0) {
      differences.add(reused + " refresh tokens used twice");
    }
    limit(stats, "PT1S", perSecond, differences);
    limit(stats, "PT1M", perMinute, differences);
  }

  private static void limit(JsonNode stats, String window, int most, List<String> differences) {
    int arrived = stats.path("mostArrivals").path(window).asInt();
    if (arrived > most) {
      differences.add(arrived + " calls in " + window + ", allowed are " + most);
    }
  }
}
