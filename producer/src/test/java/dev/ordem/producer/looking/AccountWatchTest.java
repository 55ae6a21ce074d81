package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topics;
import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One account watched, over a real database and a Kafka that is only remembered. */
class AccountWatchTest {
  private static final AccountWatch.Conditions GOOD =
      new AccountWatch.Conditions(false, true, false);
  private static final String WHY = "GET ordem-servico: status 500";
  private static final int ALL = -2;
  private static MigratedDatabase database;
  private static HikariDataSource pool;

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final FakeTiny tiny = new FakeTiny();
  private final HandClock clock = new HandClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final WatchMeters watchMeters = new WatchMeters(meters, clock);
  private WatchTable table;
  private PageReader reader = this::refusing;

  /** The status whose list cannot be served; {@link #ALL}: no list can be; else all can. */
  private int refused = -1;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
    pool = database.pool(10);
  }

  @AfterAll
  static void stop() throws Exception {
    pool.close();
    database.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
    table = new WatchTable(pool, UUID.randomUUID(), Duration.ofMinutes(1));
    database.execute("SELECT tiny_quota_configure('loja', 4, 60, 60000, 0)");
  }

  @Test
  void aNewOrderIsToldOnceAndALookThatShowsNothingNewWritesNothing() throws Exception {
    AccountWatch watch = begun();
    looks(watch, 20, GOOD);
    tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    looks(watch, 30, GOOD);
    assertThat(events()).hasSize(1);
    int calls = tiny.asked.size();
    looks(watch, 10, GOOD);
    assertThat(tiny.asked.size()).as("it looks on").isGreaterThan(calls);
    assertThat(events()).hasSize(1);
  }

  @Test
  void everyListIsLookedAtAndNoted() throws Exception {
    looks(begun(), 30, GOOD);
    assertThat(database.texts("SELECT slice FROM watch_slice ORDER BY slice"))
        .containsExactly(
            "newest/0",
            "range/0",
            "status-0/0",
            "status-1/0",
            "status-2/0",
            "status-5/0",
            "status-6/0");
    assertThat(database.text("SELECT looks FROM watch WHERE account = 'loja'"))
        .isEqualTo(Integer.toString(tiny.asked.size()));
  }

  @Test
  void anotherLedgerIsToldOfEachOrderOnceMore() throws Exception {
    AccountWatch watch = begun();
    tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    database.execute(
        "INSERT INTO os (account, id, situacao, cliente_nome, marcadores, payload, details_synced,"
            + " updated_at, revision, source_at, source_offset) VALUES ('loja', 7, 6, 'Cliente 7',"
            + " '{}', '{\"id\": 7}', true, now(), 5, now(), 0)");
    looks(watch, 30, GOOD);
    assertThat(events()).hasSize(1);
    looks(watch, 5, new AccountWatch.Conditions(false, false, false));
    looks(watch, 30, GOOD);
    assertThat(events()).hasSize(2);
  }

  @Test
  void pagesThatNobodyWouldLookAtAnyMoreAreForgotten() throws Exception {
    database.execute(
        "INSERT INTO watch_slice (account, slice, since, looked_at, total)"
            + " VALUES ('loja', 'status-6/0', now(), now(), 5),"
            + " ('loja', 'status-6/3', now(), now() - interval '1 day', 350)");
    looks(begun(), 5, GOOD);
    assertThat(database.texts("SELECT slice FROM watch_slice")).doesNotContain("status-6/3");
  }

  @Test
  void howFreshEachListIsAndHowOftenItChangesIsShown() throws Exception {
    AccountWatch watch = begun();
    for (int id = 1; id <= 20; id++) {
      tiny.add(id, 6, LocalDate.of(2026, 1, 1));
      looks(watch, 30, GOOD);
    }
    watchMeters.publish(Set.of("loja"));
    assertThat(gauge("ordem.watch.changes.per.hour", "status-6")).isGreaterThan(30);
    assertThat(gauge("ordem.watch.changes.per.hour", "range")).isPositive();
    double age = gauge("ordem.watch.age.seconds", "newest");
    assertThat(age).isLessThan(60);
    clock.pass(Duration.ofMinutes(1));
    assertThat(gauge("ordem.watch.age.seconds", "newest")).isCloseTo(age + 60, within(0.1));
    watchMeters.publish(Set.of());
    assertThat(meters.find("ordem.watch.age.seconds").gauges()).isEmpty();
  }

  private double gauge(String name, String list) {
    return meters.get(name).tags("account", "loja", "slice", list).gauge().value();
  }

  @Test
  void whileARunReadsAllOrdersOnlyPresentWorkIsLookedAt() throws Exception {
    looks(begun(), 30, new AccountWatch.Conditions(false, true, true));
    assertThat(database.texts("SELECT slice FROM watch_slice"))
        .doesNotContain("range/0")
        .hasSize(6);
  }

  @Test
  void beforeTheBaselineAndWhileARunIsProvedNobodyLooks() throws Exception {
    AccountWatch watch = begun();
    looks(watch, 5, new AccountWatch.Conditions(false, false, false));
    assertThat(waitsFor()).contains("ledger");
    looks(watch, 5, new AccountWatch.Conditions(true, true, false));
    assertThat(tiny.asked).isEmpty();
    looks(watch, 5, GOOD);
    assertThat(tiny.asked).isNotEmpty();
    assertThat(waitsFor()).isEqualTo("null");
  }

  @Test
  void anAccountWithoutAuthorisationIsNamedAndWaitedFor() throws Exception {
    reader =
        (account, query) -> {
          tiny.asked.add(query);
          return new Answer.Later<>(clock.instant().plusSeconds(60), WaitReason.AUTHORISATION);
        };
    AccountWatch watch = begun();
    assertThat(watch.step(GOOD)).contains(Duration.ofSeconds(30));
    assertThat(waitsFor()).contains("connected again");
    assertThat(tiny.asked).hasSize(1);
    assertThat(events()).isEmpty();
  }

  @Test
  void aListOfWhichNothingIsServedKeepsNoOtherFromBeingLookedAtAndIsNamedAndAges()
      throws Exception {
    AccountWatch watch = begun();
    looks(watch, 30, GOOD);
    Instant good = clock.instant();
    refused = 6;
    looks(watch, 240, GOOD);

    assertThat(database.texts("SELECT slice FROM watch_slice WHERE looked_at > '" + good + "'"))
        .hasSize(6)
        .doesNotContain("status-6/0");
    watchMeters.publish(Set.of("loja"));
    assertThat(gauge("ordem.watch.age.seconds", "status-6")).isGreaterThan(240);
    assertThat(gauge("ordem.watch.age.seconds", "status-5")).isLessThan(30);
    assertThat(failures())
        .containsExactly("status-6/0, at the beginning of the list, rows 1 to 100: " + WHY);

    refused = -1;
    looks(watch, 400, GOOD);
    assertThat(gauge("ordem.watch.age.seconds", "status-6")).isLessThan(60);
    assertThat(failures()).isEmpty();
  }

  @Test
  void aRowThatNoPageCanShowStandsAloneAndIsNamedAndAllOthersAreSeen() throws Exception {
    for (int id = 1; id <= 150; id++) {
      tiny.add(id, id <= 90 ? 6 : 3, LocalDate.of(2026, 1, 1));
    }
    tiny.broken.add(31L);
    AccountWatch watch = begun();
    looks(watch, 180, GOOD);

    assertThat(told()).hasSize(149).doesNotContain(31L);
    assertThat(failures())
        .containsExactlyInAnyOrder(
            "status-6/0, behind order 30, row 31: " + WHY,
            "range/0, behind order 30, row 31: " + WHY);
    assertThat(waitsFor()).isEqualTo("null");
    watchMeters.publish(Set.of("loja"));
    assertThat(gauge("ordem.watch.age.seconds", "status-6")).isLessThan(30);

    tiny.remove(20);
    tiny.add(20, 0, LocalDate.of(2026, 1, 1));
    tiny.add(151, 6, LocalDate.of(2026, 1, 1));
    int before = events().size();
    looks(watch, 30, GOOD);
    assertThat(events().stream().skip(before))
        .as("what moves beside it is seen as soon as ever")
        .extracting(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .contains(20L, 151L);
    looks(watch, 60, GOOD);
    assertThat(failures())
        .contains("status-6/0, behind order 30, row 30: " + WHY)
        .doesNotContain("status-6/0, behind order 30, row 31: " + WHY);

    tiny.broken.clear();
    looks(watch, 660, GOOD);
    assertThat(told()).contains(31L);
    assertThat(failures()).isEmpty();
  }

  @Test
  void whatAnotherWatcherNamedGoesWhenItsSliceIsSeenWithoutIt() throws Exception {
    new UnreadableHeaders(pool)
        .remember(
            "loja",
            List.of(
                new UnreadableHeaders.Item("status-6/0, behind order 3, row 2", "x", "500"),
                new UnreadableHeaders.Item("behind order 3, row 2", "x", "500")));
    looks(begun(), 30, GOOD);
    assertThat(failures()).as("what a run named is the runs'").hasSize(1);
  }

  @Test
  void aPageThatFailsOnceIsAskedForAgainAndNotInPieces() throws Exception {
    AccountWatch watch = begun();
    refused = 6;
    while (tiny.asked.stream().noneMatch(query -> Objects.equals(query.situacao(), 6))) {
      looks(watch, 1, GOOD);
    }
    refused = -1;
    int before = tiny.asked.size();
    looks(watch, 4, GOOD);
    assertThat(tiny.asked.subList(before, tiny.asked.size()))
        .as("soon")
        .anyMatch(query -> Objects.equals(query.situacao(), 6));
    assertThat(tiny.asked).allMatch(query -> query.limit() == 100);
  }

  @Test
  void whereNothingIsServedLooksBecomeRareAndNoSliceIsTakenApart() throws Exception {
    tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    AccountWatch watch = begun();
    looks(watch, 20, GOOD);
    int before = tiny.asked.size();
    refused = ALL;
    looks(watch, 300, GOOD);
    assertThat(waitsFor()).isEqualTo("GET ordem-servico: status 500");
    assertThat(tiny.asked.size() - before).isBetween(10, 30);
    assertThat(tiny.asked).allMatch(query -> query.limit() == 100);
    assertThat(failures()).isEmpty();

    refused = -1;
    looks(watch, 60, GOOD);
    assertThat(waitsFor()).isEqualTo("null");
  }

  private Answer<HeaderPage> refusing(String account, HeaderQuery query)
      throws InterruptedException {
    if (refused == ALL || Objects.equals(query.situacao(), refused)) {
      tiny.asked.add(query);
      return new Answer.Failed<>(new TinyError(TinyError.Cause.SERVER, WHY, null, 500));
    }
    return tiny.read(account, query);
  }

  private Set<Long> told() {
    return events().stream()
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .collect(Collectors.toSet());
  }

  private static List<String> failures() throws Exception {
    return database.texts("SELECT error FROM import_failures WHERE account = 'loja'");
  }

  @Test
  void aRowWhoseIdCannotBeItsOwnIsNotTold() throws Exception {
    for (int id = 1; id <= 12; id++) {
      tiny.add(id, 6, LocalDate.of(2026, 1, 1));
    }
    reader = (account, query) -> misplaced(tiny.read(account, query));
    looks(begun(), 30, GOOD);
    assertThat(events())
        .extracting(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .contains(4L, 6L)
        .doesNotContain(5L, 99L);
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
    AccountWatch watch = begun();
    tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    kafka.sendException = new org.apache.kafka.common.errors.TimeoutException("away");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> watch.step(GOOD))
        .isInstanceOf(org.apache.kafka.common.KafkaException.class);
    kafka.sendException = null;
    looks(watch, 20, GOOD);
    assertThat(events()).hasSize(1);
  }

  @Test
  void whoseLeaseIsOverStops() throws Exception {
    AccountWatch watch = begun();
    database.execute("UPDATE watch SET lease_epoch = lease_epoch + 1");
    assertThat(watch.step(GOOD)).isEmpty();
  }

  @Test
  void looksAreSpreadOverTheWindow() throws Exception {
    AccountWatch watch = begun();
    looks(watch, 600, GOOD); // ten minutes, by the second
    assertThat(tiny.asked.size()).isBetween(400, 480);
  }

  private AccountWatch begun() throws Exception {
    HeldWatch watch = table.claim(1).get(0);
    AccountWatch.Means means =
        new AccountWatch.Means(
            table,
            new StoredOrders(pool),
            new UnreadableHeaders(pool),
            reader,
            new HeaderWriter(() -> kafka, 2),
            new LookPace(0.8),
            watchMeters,
            clock);
    return new AccountWatch(
        means, watch, new SliceBook(Plan.openStatuses(), table.learned("loja"), clock.instant()));
  }

  /** Lets seconds pass. */
  private void looks(AccountWatch watch, int seconds, AccountWatch.Conditions conditions)
      throws Exception {
    Instant end = clock.instant().plusSeconds(seconds);
    while (clock.instant().isBefore(end)) {
      clock.pass(watch.step(conditions).orElseThrow());
    }
  }

  private static String waitsFor() throws Exception {
    return database.text("SELECT waits_for FROM watch WHERE account = 'loja'");
  }

  private List<HeaderEvent> events() {
    return kafka.history().stream()
        .map(
            record ->
                Objects.requireNonNull(
                    Topics.OS_HEADERS.value(
                        new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value()))))
        .toList();
  }

  /** Moved by hand. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
