package dev.ordem.producer.looking;

import static dev.ordem.producer.looking.WatchFixture.GOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One account watched, over a real database and a Kafka that is only remembered. */
class AccountWatchTest {
  @RegisterExtension private static final WatchDatabase given = new WatchDatabase();

  private WatchFixture watched;

  @BeforeEach
  void clear() throws Exception {
    watched = new WatchFixture(given);
  }

  @Test
  void aNewOrderIsToldOnceAndALookThatShowsNothingNewWritesNothing() throws Exception {
    AccountWatch watch = watched.begun();
    watched.looks(watch, 20, GOOD);
    watched.tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    watched.looks(watch, 30, GOOD);
    assertThat(watched.events()).hasSize(1);
    int calls = watched.tiny.asked.size();
    watched.looks(watch, 10, GOOD);
    assertThat(watched.tiny.asked.size()).as("it looks on").isGreaterThan(calls);
    assertThat(watched.events()).hasSize(1);
  }

  @Test
  void everyListIsLookedAtAndNoted() throws Exception {
    watched.looks(watched.begun(), 30, GOOD);
    assertThat(given.database.texts("SELECT slice FROM watch_slice ORDER BY slice"))
        .containsExactly(
            "newest/0",
            "range/0",
            "status-0/0",
            "status-1/0",
            "status-2/0",
            "status-5/0",
            "status-6/0");
    assertThat(given.database.text("SELECT looks FROM watch WHERE account = 'loja'"))
        .isEqualTo(Integer.toString(watched.tiny.asked.size()));
  }

  @Test
  void anotherLedgerIsToldOfEachOrderOnceMore() throws Exception {
    AccountWatch watch = watched.begun();
    watched.tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    given.database.execute(
        "INSERT INTO os (account, id, situacao, cliente_nome, marcadores, payload, details_synced,"
            + " updated_at, revision, source_at, source_offset) VALUES ('loja', 7, 6, 'Cliente 7',"
            + " '{}', '{\"id\": 7}', true, now(), 5, now(), 0)");
    watched.looks(watch, 30, GOOD);
    assertThat(watched.events()).hasSize(1);
    watched.looks(watch, 5, new AccountWatch.Conditions(false, false, false));
    watched.looks(watch, 30, GOOD);
    assertThat(watched.events()).hasSize(2);
  }

  @Test
  void pagesThatNobodyWouldLookAtAnyMoreAreForgotten() throws Exception {
    given.database.execute(
        "INSERT INTO watch_slice (account, slice, since, looked_at, total)"
            + " VALUES ('loja', 'status-6/0', now(), now(), 5),"
            + " ('loja', 'status-6/3', now(), now() - interval '1 day', 350)");
    watched.looks(watched.begun(), 5, GOOD);
    assertThat(given.database.texts("SELECT slice FROM watch_slice")).doesNotContain("status-6/3");
  }

  @Test
  void howFreshEachListIsAndHowOftenItChangesIsShown() throws Exception {
    AccountWatch watch = watched.begun();
    for (int id = 1; id <= 20; id++) {
      watched.tiny.add(id, 6, LocalDate.of(2026, 1, 1));
      watched.looks(watch, 30, GOOD);
    }
    watched.watchMeters.publish(Set.of("loja"));
    assertThat(watched.gauge("ordem.watch.changes.per.hour", "status-6")).isGreaterThan(30);
    assertThat(watched.gauge("ordem.watch.changes.per.hour", "range")).isPositive();
    double age = watched.gauge("ordem.watch.age.seconds", "newest");
    assertThat(age).isLessThan(60);
    watched.clock.pass(Duration.ofMinutes(1));
    assertThat(watched.gauge("ordem.watch.age.seconds", "newest")).isCloseTo(age + 60, within(0.1));
    watched.watchMeters.publish(Set.of());
    assertThat(watched.meters.find("ordem.watch.age.seconds").gauges()).isEmpty();
  }

  @Test
  void whileARunReadsAllOrdersOnlyPresentWorkIsLookedAt() throws Exception {
    watched.looks(watched.begun(), 30, new AccountWatch.Conditions(false, true, true));
    assertThat(given.database.texts("SELECT slice FROM watch_slice"))
        .doesNotContain("range/0")
        .hasSize(6);
  }

  @Test
  void beforeTheBaselineAndWhileARunIsProvedNobodyLooks() throws Exception {
    AccountWatch watch = watched.begun();
    watched.looks(watch, 5, new AccountWatch.Conditions(false, false, false));
    assertThat(watched.waitsFor()).contains("ledger");
    watched.looks(watch, 5, new AccountWatch.Conditions(true, true, false));
    assertThat(watched.tiny.asked).isEmpty();
    watched.looks(watch, 5, GOOD);
    assertThat(watched.tiny.asked).isNotEmpty();
    assertThat(watched.waitsFor()).isEqualTo("null");
  }

  @Test
  void anAccountWithoutAuthorisationIsNamedAndWaitedFor() throws Exception {
    watched.reader =
        (account, query) -> {
          watched.tiny.asked.add(query);
          return new Answer.Later<>(
              watched.clock.instant().plusSeconds(60), WaitReason.AUTHORISATION);
        };
    AccountWatch watch = watched.begun();
    assertThat(watch.step(GOOD)).contains(Duration.ofSeconds(30));
    assertThat(watched.waitsFor()).contains("connected again");
    assertThat(watched.tiny.asked).hasSize(1);
    assertThat(watched.events()).isEmpty();
  }

  @Test
  void aRowWhoseIdCannotBeItsOwnIsNotTold() throws Exception {
    for (int id = 1; id <= 12; id++) {
      watched.tiny.add(id, 6, LocalDate.of(2026, 1, 1));
    }
    watched.reader = (account, query) -> misplaced(watched.tiny.read(account, query));
    watched.looks(watched.begun(), 30, GOOD);
    assertThat(watched.events())
        .extracting(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .contains(4L, 6L)
        .doesNotContain(5L, 99L);
    assertThat(watched.failures())
        .filteredOn(failure -> failure.startsWith("status-6/0, item "))
        .singleElement()
        .asString()
        .contains("row 5, behind order 4: its id 99 stands out of the order");
  }

  /** The row of order 5 shows the id 99. */
  private static Answer<HeaderPage> misplaced(Answer<HeaderPage> answer) {
    Answer.Ok<HeaderPage> ok = (Answer.Ok<HeaderPage>) answer;
    HeaderPage page = ok.value();
    List<OrderHeader> rows =
        page.headers().stream()
            .map(row -> row.id() == 5 ? FakeTiny.header(99, 6, LocalDate.of(2026, 1, 1)) : row)
            .toList();
    return new Answer.Ok<>(
        new HeaderPage(rows, List.of(), page.limit(), page.offset(), page.total()), ok.at());
  }

  @Test
  void whatIsNotAcknowledgedIsToldAgain() throws Exception {
    AccountWatch watch = watched.begun();
    watched.tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    watched.kafka.sendException = new org.apache.kafka.common.errors.TimeoutException("away");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> watch.step(GOOD))
        .isInstanceOf(org.apache.kafka.common.KafkaException.class);
    watched.kafka.sendException = null;
    watched.looks(watch, 20, GOOD);
    assertThat(watched.events()).hasSize(1);
  }

  @Test
  void whoseLeaseIsOverStops() throws Exception {
    AccountWatch watch = watched.begun();
    given.database.execute("UPDATE watch SET lease_epoch = lease_epoch + 1");
    assertThat(watch.step(GOOD)).isEmpty();
  }

  @Test
  void looksAreSpreadOverTheWindow() throws Exception {
    AccountWatch watch = watched.begun();
    watched.looks(watch, 600, GOOD); // ten minutes, by the second
    assertThat(watched.tiny.asked.size()).isBetween(400, 480);
  }
}
