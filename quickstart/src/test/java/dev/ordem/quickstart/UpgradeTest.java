package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores of 42b48a3, whose runs went through Kafka, are taken over as they are. */
class UpgradeTest {
  private static final String PARTIAL = "9b30ceae-880e-4729-aee5-14299be07152";
  private static final String CANCELED = "10a953a3-2a88-4fb2-89fa-46ac111f0845";
  private static final String RUNNING = "ff0c1865-2ccd-44e4-8400-5b722577dc41";
  private static final String NOT_STARTED = "c790d018-073e-4bc3-9d5c-89d3832227a9";

  private static final long PARKED = 800000209L;
  private static final long RETRYING = 800000288L;
  private static final long HALF_ASKED = 800000246L;

  /** Left behind by the cancelled run with the status from the list alone. */
  private static final Set<Long> DROPPED = Set.of(800000141L, 800000193L);

  /** Moved in Tiny after their details were read; the last of them was never read. */
  private static final Set<Long> CHANGED = Set.of(800000117L, 800000287L, 800000297L);

  private static final Set<Long> DELETED = Set.of(800000145L, 800000168L);
  private static final long NEW = 800000298L;

  @TempDir static Path directory;

  private static Installation ordem;
  private static Map<Long, Long> historyBefore;

  /** The first start, and the run that was interrupted by it. */
  @BeforeAll
  static void upgrade() throws Exception {
    EarlierVersion earlier = new EarlierVersion("42b48a3");
    earlier.install(directory.resolve(".ordem"));
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withOrders(60)
            .withState(earlier.simulator(directory.resolve("simulator")));
    ordem = new Installation(directory, settings);
    // The data grows old: what is read again for its age alone would hide what is for nothing.
    ordem.set("LEDGER_OPEN_MAX_AGE", "PT876000H");
    assertTruthIsAsItWas(earlier.truth());
    ordem.start();
    historyBefore = lastSequences();
    Installation.assertComplete(ordem.end(RUNNING));
    Installation.assertComplete(resumed(PARTIAL));
    Installation.assertComplete(resumed(CANCELED));
    ordem.complete("full");
  }

  @AfterAll
  static void close() throws Exception {
    ordem.close();
  }

  private static JsonNode resumed(String run) {
    ordem.act(run, "resume");
    return ordem.end(run);
  }

  /** Else the other assertions would be about nothing. */
  private static void assertTruthIsAsItWas(JsonNode then) {
    assertThat(ordem.account().truth()).hasSize(then.size());
    for (OrderTruth order : ordem.account().truth()) {
      JsonNode was = then.path(Long.toString(order.id()));
      assertThat(order.situacao()).as("%d", order.id()).isEqualTo(was.path("situacao").asInt());
      assertThat(order.deleted()).as("%d", order.id()).isEqualTo(was.path("deleted").asBoolean());
    }
  }

  @Test
  void everyOrderIsAsItIsInTiny() throws Exception {
    List<OrderTruth> living =
        ordem.account().truth().stream().filter(order -> !order.deleted()).toList();

    Truth.assertOrders(ordem.database(), living);
    assertThat(ordem.count("SELECT count(*) FROM os WHERE removed_at IS NULL"))
        .as("what one whole read did not show is not removed yet")
        .isEqualTo(living.size() + DELETED.size());
    assertThat(ordem.count("SELECT count(*) FROM os WHERE removed_at IS NOT NULL")).isEqualTo(1);
  }

  @Test
  void historyGoesOnWithoutAGapAndNothingOfItIsToldTwice() throws Exception {
    Truth.assertHistory(ordem.database(), ordem.account().truth());
    lastSequences().forEach((id, last) -> assertThat(last).isGreaterThanOrEqualTo(before(id)));
    assertThat(ToldChanges.of(ordem.kafka()).count())
        .isEqualTo(ordem.count("SELECT count(*) FROM os_status_history"));
  }

  private static long before(long id) {
    return historyBefore.getOrDefault(id, 0L);
  }

  @Test
  void noDetailIsReadAgainThatWasKnown() {
    Set<Long> needed = new TreeSet<>(DROPPED);
    needed.addAll(CHANGED);
    needed.addAll(DELETED);
    needed.addAll(List.of(PARKED, RETRYING, NEW));

    Set<Long> read =
        ordem.account().truth().stream()
            .map(OrderTruth::id)
            .filter(id -> ordem.account().detailReads(id) > 0)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(read).containsAll(needed);
    read.remove(HALF_ASKED); // its request lies where the fetcher goes on
    assertThat(read).isEqualTo(needed);
    assertThat(read)
        .allSatisfy(id -> assertThat(ordem.account().detailReads(id)).as("%d", id).isEqualTo(1));
    assertThat(ordem.account().detailReads(HALF_ASKED)).isLessThanOrEqualTo(1);
  }

  @Test
  void theOrderThatWasParkedIsReadByTheResumedRun() throws Exception {
    assertThat(ordem.count("SELECT count(*) FROM import_failures")).isZero();
    assertThat(ordem.count("SELECT count(*) FROM os_sync_queue WHERE state <> 'SETTLED'")).isZero();
  }

  @Test
  void runsOfTheVersionBeforeStandAsTheyEnded() throws Exception {
    assertThat(ordem.count("SELECT count(*) FROM sync_run")).isEqualTo(10 + 1);
    assertThat(ordem.run(NOT_STARTED).path("status").asText()).isEqualTo("QUEUED");
    assertThat(
            ordem.count(
                "SELECT count(DISTINCT run_id) FROM sync_run_progress p"
                    + " JOIN sync_run r ON r.id = p.run_id"))
        .as("topics are read once from their beginning, where Postgres does not say how far it is")
        .isEqualTo(9);
    assertThat(ordem.count("SELECT count(DISTINCT run_id) FROM sync_run_progress")).isEqualTo(9);
    assertThat(ordem.count("SELECT count(*) FROM generation")).isEqualTo(1);
  }

  @Test
  void whatOtherTeamsReadIsStillThere() throws Exception {
    assertThat(ordem.topics()).contains("sync-commands", "ordem-ledger-contents-changelog");
    assertThat(ordem.topics()).contains(Topics.OS_ENRICHED.name(), Topics.SYNC_RUNS.name());
  }

  private static Map<Long, Long> lastSequences() throws Exception {
    Map<Long, Long> last = new TreeMap<>();
    try (Statement statement = ordem.database().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT os_id, max(sequence) FROM os_status_history GROUP BY os_id")) {
      while (rows.next()) {
        last.put(rows.getLong(1), rows.getLong(2));
      }
    }
    return last;
  }
}
