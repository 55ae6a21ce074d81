package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunLeasesTest {
  private static MigratedDatabase database;

  private final RunLeases one = leases(Duration.ofHours(1));
  private final RunLeases other = leases(Duration.ofHours(1));

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
  }

  @Test
  void ofAnAccountTheOldestRunIsRead() throws Exception {
    UUID first = database.run("'full', 'loja'");
    database.run("'incremental', 'loja'");
    UUID elsewhere = database.run("'full', 'outra'");
    assertThat(ids(one.claim(10, 10))).containsExactlyInAnyOrder(first, elsewhere);
    assertThat(one.claim(10, 10)).isEmpty();
    assertThat(other.claim(10, 10)).isEmpty();
    assertThat(column(first, "status || phase || (reading > 1700000000000) || lease_epoch"))
        .isEqualTo("RUNNINGREADINGtrue1");
    assertThat(column(first, "started_at IS NOT NULL")).isEqualTo("t");
  }

  @Test
  void theNextIsReadOnceTheHeadersOfTheOneBeforeAreOver() throws Exception {
    UUID first = database.run("'full', 'loja'");
    UUID second = database.run("'incremental', 'loja'");
    one.claim(10, 10);
    assertThat(other.claim(10, 10)).isEmpty();
    set(first, "phase = 'SETTLING'");
    assertThat(ids(other.claim(10, 10))).containsExactly(second);
  }

  @Test
  void aRunThatIsToStartLaterWaits() throws Exception {
    UUID later = database.run("'full', 'loja', start_later => true");
    assertThat(one.claim(10, 10)).isEmpty();
    database.text("SELECT ordem_start('" + later + "')");
    assertThat(ids(one.claim(10, 10))).containsExactly(later);
  }

  @Test
  void aRunWhoseLeaseEndedIsTakenOverFirstWithAGreaterEpochAndReading() throws Exception {
    UUID older = database.run("'full', 'loja', start_later => true");
    UUID interrupted = database.run("'incremental', 'loja'");
    RunLeases short_ = leases(Duration.ZERO);
    assertThat(ids(short_.claim(10, 10))).containsExactly(interrupted);
    database.text("SELECT ordem_start('" + older + "')");
    long reading = Long.parseLong(column(interrupted, "reading"));
    List<RunLeases.Claim> claims = other.claim(10, 10);
    assertThat(ids(claims)).containsExactly(interrupted);
    assertThat(claims.get(0).run().epoch()).isEqualTo(2);
    assertThat(Long.parseLong(column(interrupted, "reading"))).isGreaterThan(reading);
  }

  /** What changed meanwhile on a page that was read before would be missed. */
  @ParameterizedTest
  @CsvSource({
    "full,4 minutes,true",
    "full,6 minutes,false",
    "incremental,6 minutes,false",
    "details,6 minutes,true"
  })
  void aListWhoseReadingStoodStillTooLongIsReadFromItsBeginning(
      String mode, String still, boolean kept) throws Exception {
    UUID run = database.run("'" + mode + "', 'loja'");
    set(
        run,
        "status = 'RUNNING', cursor = '{\"pass\": 1}', lease_until = now(), progressed_at = now()"
            + (" - interval '" + still + "'"));
    assertThat(ids(one.claim(10, 10))).containsExactly(run);
    assertThat(column(run, "cursor IS NOT NULL")).isEqualTo(kept ? "t" : "f");
  }

  @Test
  void aReadingNeverGoesBackWhateverTheClockSays() throws Exception {
    UUID run = database.run("'full', 'loja'");
    set(run, "reading = 9000000000000000");
    one.claim(10, 10);
    assertThat(column(run, "reading")).isEqualTo("9000000000000001");
  }

  @Test
  void aLeaseThatEndedIsNotRenewedEvenIfNobodyTookIt() throws Exception {
    UUID run = database.run("'full', 'loja'");
    List<HeldRun> held = one.claim(10, 10).stream().map(RunLeases.Claim::run).toList();
    assertThat(one.renew(held)).hasSize(1).allMatch(RunLeases.Renewal::reading);
    assertThat(other.renew(held)).isEmpty();
    set(run, "lease_until = now() - interval '1 second'");
    assertThat(one.renew(held)).isEmpty();
    other.claim(10, 10);
    assertThat(one.renew(held)).isEmpty();
  }

  @Test
  void aRowThatAPersonHoldsLockedKeepsNoOthersLeaseFromBeingRenewed() throws Exception {
    RunLeases leases = leases(Duration.ofMinutes(1));
    UUID locked = database.run("'full', 'loja'");
    UUID neighbour = database.run("'full', 'outra'");
    List<HeldRun> held = leases.claim(10, 10).stream().map(RunLeases.Claim::run).toList();
    String ends = "SELECT lease_until FROM sync_run ORDER BY id = '" + locked + "'";
    List<String> before = database.texts(ends);

    try (Connection person = database.source().getConnection()) {
      person.setAutoCommit(false);
      Sql.update(person, "UPDATE sync_run SET error = 'x' WHERE id = ?", locked);

      List<RunLeases.Renewal> renewals =
          assertTimeoutPreemptively(Duration.ofSeconds(5), () -> leases.renew(held));
      assertThat(renewals).hasSize(2).allMatch(RunLeases.Renewal::reading);
      assertThat(renewals)
          .filteredOn(RunLeases.Renewal::renewed)
          .extracting(renewal -> renewal.run().id())
          .containsExactly(neighbour);
      List<String> now = database.texts(ends);
      assertThat(now.get(0)).as("the neighbour's lease").isGreaterThan(before.get(0));
      assertThat(now.get(1)).as("what is locked lasts as long as it did").isEqualTo(before.get(1));
      assertThat(other.renew(held)).as("another's are lost, locked or not").isEmpty();
      person.commit();
    }
    assertThat(leases.renew(held)).hasSize(2).allMatch(RunLeases.Renewal::renewed);
  }

  @Test
  void aRunWhoseRowIsLockedIsNobodysOnceItsLeaseIsOverAndFencedOnceItIsTaken() throws Exception {
    UUID run = database.run("'full', 'loja'");
    HeldRun mine = one.claim(10, 10).get(0).run();
    set(run, "lease_until = now()");
    try (Connection person = database.source().getConnection()) {
      person.setAutoCommit(false);
      Sql.update(person, "UPDATE sync_run SET error = 'x' WHERE id = ?", run);
      assertThat(one.renew(List.of(mine))).isEmpty();
      assertThat(other.claim(10, 10)).as("while it is locked").isEmpty();
      person.rollback();
    }
    HeldRun theirs = other.claim(10, 10).get(0).run();
    assertThat(theirs.epoch()).isGreaterThan(mine.epoch());
    assertThat(new RunBook(database.source()).waits(mine, "x")).isFalse();
  }

  /** Postgres was put back, and shows less than when the ledger was told of its last reading. */
  @Test
  void aReadingIsLaterThanAnyThatTheLedgerKnows() throws Exception {
    UUID run = database.run("'full', 'loja'");
    long ahead = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    for (int partition = 0; partition < 2; partition++) {
      database.execute(
          "INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,"
              + " unchanged, requested, settled, parked, updated_at, source_offset, reading)"
              + " VALUES ('%s', %d, 'loja', false, 0, 0, 0, 0, 0, 0, 0, now(), 0, %d)"
                  .formatted(run, partition, ahead - partition));
    }
    one.claim(10, 10);
    assertThat(column(run, "reading")).isEqualTo("" + (ahead + 1));

    set(run, "reading = 5");
    database.text("SELECT ordem_restored()");
    assertThat(column(run, "reading")).isEqualTo("" + (ahead + 1));

    set(run, "reading = 5, status = 'CANCELED', phase = 'ENDED'");
    database.text("SELECT ordem_resume('" + run + "')");
    assertThat(column(run, "reading")).isEqualTo("" + (ahead + 1));
  }

  @Test
  void aRenewalSaysThatTheRunWasCanceled() throws Exception {
    UUID run = database.run("'full', 'loja'");
    List<HeldRun> held = one.claim(10, 10).stream().map(RunLeases.Claim::run).toList();
    database.text("SELECT ordem_cancel('" + run + "')");
    assertThat(one.renew(held)).hasSize(1).noneMatch(RunLeases.Renewal::reading);
    // The one who holds it sends the marker; once released anybody may.
    assertThat(other.claim(10, 10)).isEmpty();
    one.release(held.get(0), Duration.ZERO);
    assertThat(other.claim(10, 10)).singleElement().matches(claim -> !claim.reads());
  }

  @Test
  void whatSettlesOrOwesIsTakenUpAndWhatHealsWaits() throws Exception {
    List<UUID> runs = new ArrayList<>();
    for (String state :
        List.of(
            "status = 'RUNNING', phase = 'SETTLING'",
            "status = 'PARTIAL', phase = 'HEALING', finished_at = now()",
            "status = 'CANCELED', phase = 'ENDED', owed = '{cancel}'",
            "status = 'COMPLETE', phase = 'ENDED'",
            "status = 'CANCELED', phase = 'ENDED'")) {
      UUID run = database.run("'full', 'loja'");
      set(run, state);
      runs.add(run);
    }
    List<RunLeases.Claim> claims = one.claim(10, 10);
    assertThat(ids(claims)).containsExactlyInAnyOrderElementsOf(runs.subList(0, 3));
    assertThat(claims).noneMatch(RunLeases.Claim::reads);
    for (RunLeases.Claim claim : claims) {
      one.release(claim.run(), Duration.ofHours(1));
    }
    assertThat(ids(other.claim(10, 10))).containsExactlyInAnyOrder(runs.get(0), runs.get(2));
    set(runs.get(1), "owed = '{resume}'");
    assertThat(ids(other.claim(10, 10))).containsExactly(runs.get(1));
  }

  @Test
  void noMoreIsClaimedThanThereAreThreadsFor() throws Exception {
    database.run("'full', 'loja'");
    database.run("'full', 'outra'");
    assertThat(one.claim(0, 10)).isEmpty();
    assertThat(one.claim(1, 10)).hasSize(1);
    assertThat(other.claim(1, 10)).hasSize(1);
  }

  @Test
  void ofManyProducersThatAskAtOnceOneIsGivenTheAccount() throws Exception {
    int producers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(producers);
    try {
      for (int round = 0; round < 20; round++) {
        database.clear();
        database.run("'full', 'loja'");
        database.run("'incremental', 'loja'");
        database.run("'reconcile', 'loja'");
        CyclicBarrier barrier = new CyclicBarrier(producers);
        List<Future<List<RunLeases.Claim>>> all = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
          RunLeases leases = leases(Duration.ofHours(1));
          Callable<List<RunLeases.Claim>> claim =
              () -> {
                barrier.await();
                return leases.claim(10, 10);
              };
          all.add(pool.submit(claim));
        }
        int claimed = 0;
        for (Future<List<RunLeases.Claim>> each : all) {
          claimed += each.get().size();
        }
        assertThat(claimed).isEqualTo(1);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void whatTheOneBeforeWritesChangesNothing() throws Exception {
    UUID run = database.run("'full', 'loja'");
    RunBook book = new RunBook(database.source());
    HeldRun before = leases(Duration.ZERO).claim(10, 10).get(0).run();
    HeldRun after = one.claim(10, 10).get(0).run();
    RunBook.Beginning beginning =
        new RunBook.Beginning(
            dev.ordem.contract.Mode.FULL, UUID.randomUUID(), Cursor.START, false, 0, null, false);
    assertThat(book.row(before)).isEmpty();
    assertThat(book.begin(before, beginning)).isFalse();
    assertThat(book.waits(before, "x")).isFalse();
    assertThat(book.paid(before, "cancel")).isFalse();
    assertThat(book.delete(before)).isFalse();
    assertThat(book.begin(after, beginning)).isTrue();
    assertThat(column(run, "waits_for IS NULL")).isEqualTo("t");
    database.text("SELECT ordem_cancel('" + run + "')");
    assertThat(book.waits(after, "x")).isFalse();
  }

  /** A lease that reaches farther than it is long was given before the clock was set back. */
  @Test
  void aClockThatIsSetBackMakesNoLeaseLonger() throws SQLException {
    UUID run = database.run("'full', 'loja'");
    one.claim(10, 10);
    assertThat(other.claim(10, 10)).isEmpty();

    set(run, "lease_until = lease_until + interval '1 hour'");
    assertThat(other.claim(10, 10)).hasSize(1);

    set(
        run,
        "lease_holder = NULL, phase = 'HEALING', status = 'PARTIAL',"
            + " lease_until = now() + interval '50 minutes'");
    assertThat(one.claim(10, 10)).as("it rests, as it was told").isEmpty();
    set(run, "lease_until = now() + interval '90 minutes'");
    assertThat(one.claim(10, 10)).hasSize(1);
  }

  private static RunLeases leases(Duration length) {
    return new RunLeases(database.source(), UUID.randomUUID(), length);
  }

  private static List<UUID> ids(List<RunLeases.Claim> claims) {
    return claims.stream().map(claim -> claim.run().id()).toList();
  }

  private static void set(UUID run, String columns) throws SQLException {
    database.execute("UPDATE sync_run SET " + columns + " WHERE id = '" + run + "'");
  }

  private static String column(UUID run, String column) throws SQLException {
    return database.text("SELECT " + column + " FROM sync_run WHERE id = '" + run + "'");
  }
}
