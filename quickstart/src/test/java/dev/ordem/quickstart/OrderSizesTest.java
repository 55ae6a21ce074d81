package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.RecordLimits;
import dev.ordem.tiny.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders around and beyond every limit of {@link RecordLimits}, among others that are as orders
 * are: each too large one is named, all others are read, after a restart too; and once Tiny's
 * answers are small again all is well.
 */
class OrderSizesTest {
  private static final int ORDINARY = 20;
  private static final int MEBIBYTE = 1 << 20;

  /** What a detail of so much padding has besides, in a record of its own: more than this. */
  private static final int BESIDE = 400;

  @TempDir Path directory;

  @Test
  void whatIsTooLargeIsNamedAndTheRestIsRead() throws Exception {
    try (HandmadeTiny tiny = new HandmadeTiny();
        Installation ordem =
            new Installation(directory, SimulatorSettings.inProcess().withOrders(1))) {
      fill(tiny);
      ordem.set("TINY_API_URL", tiny.url());
      ordem.start();
      String run = ordem.ask("full");
      Installation.assertPartial(ordem.end(run));
      assertNamed(ordem);

      ordem.stop();
      ordem.start();
      Installation.assertPartial(ordem.end(ordem.ask("full")));
      assertNamed(ordem);
      assertOutboxRowSetAside(ordem);

      for (long id = 1; id <= 40; id++) {
        tiny.put(id, order(id, 10, 20, 200));
      }
      ordem.execute("DELETE FROM outbox");
      ordem.act(run, "resume");
      Installation.assertComplete(ordem.end(run));
      ordem.complete("full");
      assertThat(ordem.count("SELECT count(*) FROM os WHERE details_synced")).isEqualTo(40);
      assertThat(ordem.count("SELECT count(*) FROM import_failures")).isZero();
      assertThat(ordem.count("SELECT count(*) FROM unreadable_header")).isZero();
    }
  }

  private static void fill(HandmadeTiny tiny) {
    for (long id = 1; id <= 40; id++) {
      tiny.put(id, order(id, 10, 20, 200));
    }
    tiny.put(21, order(21, 10, RecordLimits.VALUE - 40_000, 200));
    tiny.put(22, order(22, RecordLimits.VALUE - 400_000, 300_000, 200));
    tiny.put(23, order(23, 10, RecordLimits.VALUE - BESIDE, 200));
    tiny.put(24, order(24, 10, 1_300_000, 200));
    tiny.put(25, order(25, 10, 8 * MEBIBYTE - 1_000, 200));
    tiny.put(26, order(26, 10, 9 * MEBIBYTE, 200));
    tiny.put(27, order(27, 600_000, 600_000, 200));
    tiny.put(28, order(28, 930_000, 20, 200));
    tiny.put(29, order(29, 1_200_000, 20, 200));
    tiny.put(30, order(30, 9 * MEBIBYTE, 20, 200));
    tiny.put(31, order(31, 10, 20 * MEBIBYTE, 422));
    HandmadeTiny.Order ordinary = order(32, 10, 20, 200);
    String emoji = "{\"x\":\"a" + "\ud83d\ude00".repeat(10_000) + "\u0000\"}";
    tiny.put(32, new HandmadeTiny.Order(3, ordinary.item(), 400, emoji.getBytes(UTF_8)));
    String other = "{\"id\":\"" + "\\ud83d\\ude00\\u0000".repeat(2_000) + "\"}";
    tiny.put(
        33, new HandmadeTiny.Order(3, order(33, 10, 20, 200).item(), 200, other.getBytes(UTF_8)));
  }

  private static void assertNamed(Installation ordem) throws Exception {
    assertThat(failures(ordem))
        .as("details that are too large, or refused")
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    23L, "too-large",
                    24L, "too-large",
                    25L, "too-large",
                    26L, "too-large",
                    27L, "too-large",
                    28L, "too-large",
                    31L, "refused-422",
                    32L, "refused-400",
                    33L, "unreadable-200")));
    assertThat(ordem.count("SELECT count(*) FROM unreadable_header WHERE item IN ('29')"))
        .isEqualTo(1);
    assertThat(ordem.count("SELECT count(*) FROM unreadable_header WHERE item LIKE '%order 29%'"))
        .isEqualTo(1);
    assertThat(ordem.count("SELECT count(*) FROM unreadable_header")).isEqualTo(2);
    assertThat(ordem.count("SELECT count(*) FROM os WHERE details_synced"))
        .as("all others")
        .isEqualTo(40 - 9 - 2);
    assertThat(ordem.count("SELECT count(*) FROM os WHERE details_synced AND id <= " + ORDINARY))
        .isEqualTo(ORDINARY);
    assertThat(ordem.count("SELECT max(length(error)) FROM import_failures"))
        .isLessThanOrEqualTo(RecordLimits.ERROR_TEXT);
  }

  /** An outbox row is a person's text of any size: the wish behind it goes on. */
  private static void assertOutboxRowSetAside(Installation ordem) throws Exception {
    long before = ordem.count("SELECT count(*) FROM outbox WHERE refused_at IS NOT NULL");
    ordem.execute(
        """
        INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
        SELECT 'sync-runs', id::text, 'run-state',
               jsonb_build_object('schema', 2, 'runId', id, 'x', repeat('y', 3000000))
        FROM gen_random_uuid() id
        UNION ALL SELECT 'os-headers', 'default:1', repeat('t', 1100000), '{}'::jsonb
        UNION ALL SELECT 'os-headers', 'default:' || repeat('1', 1100000), 'refresh', '{}'::jsonb
        """);
    ordem.await(
        "the rows are set aside",
        () ->
            ordem.count("SELECT count(*) FROM outbox WHERE refused_at IS NOT NULL") == before + 3);
    ordem.end(ordem.ask("incremental"));
  }

  private static Map<Long, String> failures(Installation ordem) throws SQLException {
    try (Statement statement = ordem.database().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT os_id, cause FROM import_failures WHERE state = 'PARKED'")) {
      Map<Long, String> failures = new TreeMap<>();
      while (rows.next()) {
        failures.put(rows.getLong(1), rows.getString(2));
      }
      return failures;
    }
  }

  private static HandmadeTiny.Order order(long id, int listed, int detailed, int status) {
    String item =
        "{\"id\":%d,\"situacao\":\"3\",\"numeroOrdemServico\":\"%d\",\"obs\":\"%s\"}"
            .formatted(id, id, "x".repeat(listed));
    String detail =
        "{\"id\":%d,\"situacao\":\"3\",\"numeroOrdemServico\":\"%d\",\"observacoes\":\"%s\"}"
            .formatted(id, id, "x".repeat(detailed));
    return new HandmadeTiny.Order(3, item.getBytes(UTF_8), status, detail.getBytes(UTF_8));
  }
}
