package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.watch.ChangeRate;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.SliceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    assertThat(one.claim(BOTH, 10))
        .extracting(HeldWatch::account)
        .containsExactlyInAnyOrderElementsOf(BOTH);
    assertThat(other.claim(BOTH, 10)).isEmpty();
  }

  @Test
  void anotherTakesOverWhenTheLeaseEndsAndForgetsNothing() throws Exception {
    HeldWatch mine = one.claim(List.of("loja"), 1).get(0);
    Instant at = Instant.parse("2026-03-01T12:00:00Z");
    SliceState state =
        new SliceState(Slice.ofStatus(6, 0), new ChangeRate(3, 600), at, at.plusSeconds(5), true);
    assertThat(one.note(mine, new WatchTable.Looked(state, 42L, 0.005, true), null)).isTrue();
    database.execute("UPDATE watch SET lease_until = now()");

    HeldWatch theirs = other.claim(List.of("loja"), 1).get(0);
    assertThat(theirs.epoch()).isGreaterThan(mine.epoch());
    WatchTable.Learned learned = other.learned("loja");
    assertThat(learned.slices()).containsEntry(state.slice(), state);
    assertThat(learned.totals()).containsEntry("status-6", 42L);
    assertThat(learned.looks()).isEqualTo(1);
    assertThat(learned.changedAt()).isEqualTo(at.plusSeconds(5));
    assertThat(one.note(mine, new WatchTable.Looked(state, 7L, 1, true), null))
        .as("what the one before still writes changes nothing")
        .isFalse();
    assertThat(one.renew(List.of(mine))).isEmpty();
    assertThat(other.learned("loja").totals()).containsEntry("status-6", 42L);
  }

  @Test
  void whatIsLetGoIsTakenUpAtOnce() throws Exception {
    HeldWatch mine = one.claim(List.of("loja"), 1).get(0);
    one.release(mine);
    assertThat(other.claim(List.of("loja"), 1)).hasSize(1);
  }

  @Test
  void peopleTurnItOff() throws Exception {
    HeldWatch mine = one.claim(List.of("loja"), 1).get(0);
    database.execute("UPDATE watch SET state = 'OFF' WHERE account = 'loja'");
    assertThat(one.renew(List.of(mine))).isEmpty();
    assertThat(other.claim(BOTH, 10)).extracting(HeldWatch::account).containsExactly("outra");
  }

  @Test
  void aProofThatNeedsTheAccountToStandStillHoldsTheWatch() throws Exception {
    HeldWatch mine = one.claim(List.of("loja"), 1).get(0);
    assertThat(one.renew(List.of(mine)).get(0).held()).isFalse();
    new WatchHolds(database.source())
        .heed(new HeaderEvent.Hold("loja", 5_000, Instant.parse("2026-03-01T12:00:00Z")));
    assertThat(one.renew(List.of(mine)).get(0).held()).isTrue();
    database.execute("UPDATE watch SET held_until = now()");
    assertThat(one.renew(List.of(mine)).get(0).held()).isFalse();
  }

  @Test
  void aRunThatReadsAllOrdersIsKnown() throws Exception {
    HeldWatch mine = one.claim(List.of("loja"), 1).get(0);
    assertThat(one.renew(List.of(mine)).get(0).whole()).isFalse();
    database.run("'full', 'loja'");
    database.execute("UPDATE sync_run SET status = 'RUNNING'");
    assertThat(one.renew(List.of(mine)).get(0).whole()).isTrue();
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
