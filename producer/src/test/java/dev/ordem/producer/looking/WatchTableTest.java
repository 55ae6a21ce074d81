package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.Sql;
import dev.ordem.producer.watch.ChangeRate;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.SliceState;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTableTest {
  private static final List<String> BOTH = List.of("loja", "outra");
  private static MigratedDatabase database;

  private WatchTable one;
  private WatchTable other;

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
    one = new WatchTable(database.source(), UUID.randomUUID(), Duration.ofMinutes(1));
    other = new WatchTable(database.source(), UUID.randomUUID(), Duration.ofMinutes(1));
  }

  @Test
  void oneProducerWatchesAnAccount() throws Exception {
    assertThat(one.claim(10))
        .extracting(HeldWatch::account)
        .containsExactlyInAnyOrderElementsOf(BOTH);
    assertThat(other.claim(10)).isEmpty();
  }

  @Test
  void anotherTakesOverWhenTheLeaseEndsAndForgetsNothing() throws Exception {
    HeldWatch mine = one.claim(1).get(0);
    Instant at = Instant.parse("2026-03-01T12:00:00Z");
    SliceState state =
        new SliceState(Slice.ofStatus(6, 0), new ChangeRate(3, 600), at, at.plusSeconds(5), true);
    assertThat(one.note(mine, looked(state, 42L), null)).isTrue();
    database.execute("UPDATE watch SET lease_until = now()");

    HeldWatch theirs = other.claim(1).get(0);
    assertThat(theirs.epoch()).isGreaterThan(mine.epoch());
    WatchTable.Learned learned = other.learned("loja");
    assertThat(learned.slices()).containsEntry(state.slice(), state);
    assertThat(learned.totals()).containsEntry("status-6", 42L);
    assertThat(learned.looks()).isEqualTo(1);
    assertThat(learned.changedAt()).isEqualTo(at.plusSeconds(5));
    assertThat(one.note(mine, looked(state, 7L), null))
        .as("what the one before still writes changes nothing")
        .isFalse();
    assertThat(one.renew(List.of(mine))).isEmpty();
    assertThat(other.learned("loja").totals()).containsEntry("status-6", 42L);
  }

  @Test
  void aRowThatAPersonHoldsLockedKeepsNoOthersLeaseFromBeingRenewed() throws Exception {
    List<HeldWatch> held = one.claim(10);
    try (Connection person = database.source().getConnection()) {
      person.setAutoCommit(false);
      Sql.update(person, "UPDATE watch SET state = 'OFF' WHERE account = 'loja'");

      assertThat(assertTimeoutPreemptively(Duration.ofSeconds(5), () -> one.renew(held)))
          .extracting(HeldWatch::account)
          .containsExactly("outra");
      assertThat(one.conditions()).as("what is locked lasts as long as it did").hasSize(2);
      person.rollback();
    }
    assertThat(one.renew(held)).hasSize(2);
  }

  @Test
  void whatIsLetGoIsTakenUpAtOnce() throws Exception {
    HeldWatch mine = one.claim(1).get(0);
    one.release(mine);
    assertThat(other.claim(1)).hasSize(1);
  }

  @Test
  void peopleTurnItOff() throws Exception {
    one.claim(1);
    database.execute("UPDATE watch SET state = 'OFF' WHERE account = 'loja'");
    assertThat(one.conditions()).isEmpty();
    assertThat(other.claim(10)).extracting(HeldWatch::account).containsExactly("outra");
  }

  @Test
  void whatIsDisconnectedIsWatchedNoMoreAndWhatIsConnectedIs() throws Exception {
    one.claim(10);
    assertThat(one.conditions()).hasSize(2);
    database.execute(
        "DELETE FROM tiny_account WHERE account = 'loja';"
            + "INSERT INTO tiny_account (account) VALUES ('nova')");
    assertThat(one.conditions())
        .extracting(each -> each.watch().account())
        .containsExactly("outra");
    database.execute("UPDATE watch SET lease_until = now()");
    assertThat(other.claim(10))
        .extracting(HeldWatch::account)
        .containsExactlyInAnyOrder("nova", "outra");
  }

  @Test
  void pagesThatAreNoMoreAreForgottenAndWhoseNameNobodyKnowsAreLeftOut() throws Exception {
    HeldWatch mine = one.claim(1).get(0);
    Instant at = Instant.parse("2026-03-01T12:00:00Z");
    SliceState first = SliceState.fresh(Slice.ofStatus(6, 0), at).looked(0, at);
    SliceState last = SliceState.fresh(Slice.ofStatus(6, 1), at).looked(0, at.plusSeconds(1));
    one.note(mine, looked(first, 150L), null);
    one.note(mine, looked(last, 160L), null);
    assertThat(one.learned("loja").totals()).as("the newest").containsEntry("status-6", 160L);
    one.note(
        mine, new WatchTable.Looked(last, 90L, 1, false, Set.of(last.slice())), "the last look");
    database.execute(
        "INSERT INTO watch_slice (account, slice, since) VALUES ('loja', 'other/7', now())");
    assertThat(one.learned("loja").slices()).containsOnlyKeys(first.slice());
    database.execute("UPDATE watch SET lease_until = now()");
    one.note(mine, new WatchTable.Looked(first, 0L, 1, false, Set.of(first.slice())), null);
    assertThat(one.learned("loja").slices()).as("not by one whose lease is over").hasSize(1);
  }

  private static WatchTable.Looked looked(SliceState state, long total) {
    return new WatchTable.Looked(state, total, 0.005, true, Set.of());
  }

  @Test
  void aProofThatNeedsTheAccountToStandStillHoldsTheWatch() throws Exception {
    one.claim(1);
    assertThat(one.conditions().get(0).held()).isFalse();
    new WatchHolds(database.source())
        .heed(new HeaderEvent.Hold("loja", 5_000, Instant.parse("2026-03-01T12:00:00Z")));
    assertThat(one.conditions().get(0).held()).isTrue();
    database.execute("UPDATE watch SET held_until = now()");
    assertThat(one.conditions().get(0).held()).isFalse();
  }

  @Test
  void aRunThatReadsAllOrdersIsKnown() throws Exception {
    one.claim(1);
    assertThat(one.conditions().get(0).whole()).isFalse();
    database.run("'full', 'loja'");
    database.execute("UPDATE sync_run SET status = 'RUNNING'");
    assertThat(one.conditions().get(0).whole()).isTrue();
  }

  @Test
  void theQuotaIsSeenAsAllProcessesUseIt() throws Exception {
    database.execute(
        "SELECT tiny_quota_configure('loja', 4, 60, 60000, 0);"
            + "SELECT tiny_permit('loja', 'list', 4, interval '8 seconds');"
            + "SELECT tiny_permit('loja', 'detail', 2, interval '8 seconds')");
    WatchTable.QuotaRow quota = one.quota("loja").orElseThrow();
    assertThat(quota.limit()).isEqualTo(60);
    assertThat(quota.window()).isEqualTo(Duration.ofMinutes(1));
    assertThat(quota.used()).isEqualTo(2);
    assertThat(quota.closedFor()).isEqualTo(Duration.ZERO);
    assertThat(one.quota("outra")).isEmpty();
  }

  @Test
  void aFifthIsKeptForLooksFromWhatCanWait() throws Exception {
    database.execute(
        "SELECT tiny_quota_configure('loja', 0, 20, 60000, 0);"
            + "SELECT tiny_permit('loja', 'list', 4, interval '8 seconds')");
    int backlog = 0;
    while (granted(3)) {
      backlog++;
    }
    assertThat(backlog).as("four of twenty are kept, one is used").isBetween(15, 16);
    assertThat(granted(4)).isTrue();
    assertThat(granted(2)).as("what is new or changed takes all").isTrue();
  }

  private static boolean granted(int kind) throws Exception {
    return database
        .text(
            "SELECT granted FROM tiny_permit('loja', 'detail', " + kind + ", interval '8 seconds')")
        .equals("t");
  }
}
