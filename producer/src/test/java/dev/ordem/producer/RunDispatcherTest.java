package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.Sql;
import dev.ordem.producer.verdict.Judgement;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.quota.WaitReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls one run, or a thread that works on it, and what that is to the others. */
class RunDispatcherTest {
  private static final RunDispatcher.Rhythm QUICK =
      new RunDispatcher.Rhythm(Duration.ofMillis(50), Duration.ofMillis(100));

  @TempDir static Path directory;
  private static Producers producers;

  @BeforeAll
  static void start() throws Exception {
    producers = new Producers(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    producers.stop();
  }

  @BeforeEach
  void clear() throws Exception {
    producers.database().clear();
  }

  @Test
  void anErrorWhileHeadersAreReadEndsTheProcess() throws Exception {
    dies(
        (account, query) -> {
          throw new StackOverflowError("of the test");
        },
        run -> new Judgement.Waits(Duration.ofHours(1)),
        "run-headers");
  }

  @Test
  void anErrorWhileARunIsJudgedEndsTheProcess() throws Exception {
    dies(
        FakeTiny.holding(3),
        run -> {
          throw new StackOverflowError("of the test");
        },
        "run-verdicts");
  }

  @Test
  void aRowThatAPersonHoldsLockedCostsItsOwnRunAlone() throws Exception {
    RunComponents parts =
        producers.start(
            FakeTiny.holding(3),
            run -> new Judgement.Waits(Duration.ofHours(1)),
            Duration.ofSeconds(2),
            QUICK);
    try (parts;
        Connection person = producers.database().source().getConnection()) {
      UUID locked = producers.database().run("'full', 'loja'");
      UUID neighbour = producers.database().run("'full', 'outra'");
      producers.awaitPhase(locked, "SETTLING");
      producers.awaitPhase(neighbour, "SETTLING");
      String epoch = producers.column(locked, "lease_epoch");
      String neighbours = producers.column(neighbour, "lease_epoch");
      person.setAutoCommit(false);

      Sql.update(person, "UPDATE sync_run SET error = 'x' WHERE id = ?", locked);
      String renewed =
          "lease_until > '%s'".formatted(producers.column(neighbour, "clock_timestamp() + '2 s'"));
      producers.awaitColumn(neighbour, renewed, "t");
      person.rollback();
      producers.awaitColumn(locked, renewed, "t");
      assertThat(producers.column(locked, "lease_epoch")).as("for a moment only").isEqualTo(epoch);

      Sql.update(person, "UPDATE sync_run SET error = 'x' WHERE id = ?", locked);
      producers.awaitColumn(locked, "lease_until < clock_timestamp()", "t");
      assertThat(producers.column(neighbour, "lease_until > clock_timestamp()")).isEqualTo("t");
      person.rollback();
      producers.awaitColumn(
          locked, "lease_epoch > " + epoch + " AND lease_until > clock_timestamp()", "t");
      assertThat(producers.column(neighbour, "lease_epoch")).isEqualTo(neighbours);
    }
  }

  /** More than there are threads: each waits for a person, and the last account for none. */
  @Test
  void accountsThatWaitForAPersonKeepNoReaderFromOthers() throws Exception {
    FakeTiny orders = FakeTiny.holding(12);
    Set<String> connected = ConcurrentHashMap.newKeySet();
    connected.add("z");
    PageReader tiny =
        (account, query) ->
            connected.contains(account)
                ? orders.read(account, query)
                : new Answer.Later<>(
                    Instant.now().plus(Duration.ofMinutes(1)), WaitReason.AUTHORISATION);
    RunComponents parts =
        producers.start(
            tiny, run -> new Judgement.Waits(Duration.ofHours(1)), Duration.ofSeconds(30), QUICK);
    try (parts) {
      for (int i = 0; i < 66; i++) {
        producers.database().execute("INSERT INTO tiny_account (account) VALUES ('a" + i + "')");
        producers.database().run("'reconcile', 'a" + i + "'");
      }
      String waiting =
          "SELECT count(*) FROM sync_run WHERE waits_for LIKE 'waiting: account a%'"
              + " AND lease_until > clock_timestamp()";
      await().atMost(HeadersTopic.PATIENCE).until(() -> producers.text(waiting), "66"::equals);

      producers.database().execute("INSERT INTO tiny_account (account) VALUES ('z')");
      producers.awaitPhase(producers.database().run("'reconcile', 'z'"), "SETTLING");
      String first = "SELECT phase FROM sync_run WHERE account = 'a0'";
      String epoch = "SELECT lease_epoch FROM sync_run WHERE account = 'a0'";
      connected.add("a0");
      await().atMost(Duration.ofSeconds(5)).until(() -> producers.text(first), "SETTLING"::equals);
      assertThat(producers.text(epoch)).as("it lost its place never").isEqualTo("1");
      assertThat(producers.text(waiting))
          .as("and what the others wait for is told")
          .isEqualTo("65");

      UUID canceled =
          UUID.fromString(producers.text("SELECT id FROM sync_run WHERE account = 'a1'"));
      producers.database().text("SELECT ordem_cancel('" + canceled + "')");
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> producers.column(canceled, "phase || owed::text"), "ENDED{}"::equals);
    }
  }

  private static void dies(PageReader tiny, RunWorker.Judging judge, String thread)
      throws Exception {
    RunComponents parts =
        producers.start(tiny, judge, Duration.ofSeconds(5), RunDispatcher.Rhythm.NORMAL);
    try (parts) {
      assertThat(parts.health().live()).isTrue();
      producers.database().run("'full', 'loja'");
      await().atMost(HeadersTopic.PATIENCE).until(() -> !parts.health().live());
      assertThat(parts.health().details().get(thread)).contains("StackOverflowError: of the test");
    }
  }
}
