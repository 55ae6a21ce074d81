package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topics;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.producer.runs.RunLeases;
import dev.ordem.producer.runs.UnreadableHeaders;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs of account {@code loja} in a real database, read into a Kafka that is only remembered: one
 * database for all tests of a class, each of which finds it as if nothing had ever been done.
 */
final class ReadingFixture implements BeforeEachCallback, AfterAllCallback {
  static final int PARTITIONS = 2;
  static final ReadingRules RULES =
      new ReadingRules(
          5, 7, Duration.ofHours(2), ZoneOffset.UTC, 3, Duration.ofMillis(1), Duration.ofMillis(2));
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final Duration NOT_LONG = Duration.ofSeconds(1);

  final MigratedDatabase database;
  final RunBook book;
  final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  Clock clock = Clock.systemUTC();

  /** How often a reader gave its thread back. */
  int rests;

  /** For how long, at most. */
  Duration longestRest = Duration.ZERO;

  private UUID generation = UUID.randomUUID();

  ReadingFixture() {
    try {
      database = new MigratedDatabase();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
    book = new RunBook(database.source());
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    clear();
  }

  /** As if nothing had ever been done. */
  void clear() throws SQLException {
    kafka.clear();
    rests = 0;
    longestRest = Duration.ZERO;
    database.clear();
    newGeneration();
  }

  void newGeneration() throws SQLException {
    generation = UUID.randomUUID();
    database.execute(
        "INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,"
            + " postgres_system, partitions) VALUES ('loja', '"
            + generation
            + "', 'k', 'h', 'e', 'p', 2)");
  }

  UUID ask(String arguments) throws SQLException {
    return database.run(arguments);
  }

  /** Claims the one run that is to be read. */
  LocalLease claim() throws SQLException {
    RunLeases leases = new RunLeases(database.source(), UUID.randomUUID(), LEASE);
    List<RunLeases.Claim> claims = leases.claim(1, 0);
    if (claims.size() != 1) {
      throw new AssertionError("claimed " + claims);
    }
    return new LocalLease(claims.get(0).run(), true, System::nanoTime, Long.MAX_VALUE);
  }

  /** Asks for a run and reads it. */
  Result read(PageReader tiny, String arguments) throws Exception {
    UUID id = ask(arguments);
    read(tiny, claim());
    return new Result(id);
  }

  void read(PageReader tiny, LocalLease holding) throws Exception {
    read(tiny, holding, new HeaderWriter(() -> kafka, PARTITIONS));
  }

  void read(PageReader tiny, LocalLease holding, HeaderWriter writer) throws Exception {
    RunEntry row = book.row(holding.run()).orElseThrow();
    RunReader reader = new RunReader(source(tiny, writer), holding);
    Optional<Duration> rest = reader.read(row, generation);
    while (rest.isPresent()) {
      rests++;
      longestRest = Collections.max(List.of(longestRest, rest.get()));
      boolean stopped = holding.awaitStop(Collections.min(List.of(NOT_LONG, rest.get())));
      rest = reader.goOn();
      if (stopped) {
        assertThat(rest).as("of one that is told to stop").isEmpty();
      }
    }
  }

  private RunReader.Source source(PageReader tiny, HeaderWriter writer) {
    return new RunReader.Source(
        tiny,
        RULES,
        book,
        new UnreadableHeaders(database.source()),
        new MissingDetails(book),
        writer,
        clock);
  }

  /** The judge's part, where a test needs the run to be over. */
  void complete(Result run) throws SQLException {
    database.execute(
        "UPDATE sync_run SET status = 'COMPLETE', phase = 'ENDED', finished_at = now(),"
            + " lease_holder = NULL WHERE id = '"
            + run.id
            + "'");
  }

  List<HeaderEvent> events() {
    return kafka.history().stream()
        .filter(record -> record.topic().equals(Topics.OS_HEADERS.name()))
        .map(ReadingFixture::event)
        .toList();
  }

  List<ProducerRecord<byte[], byte[]>> letters() {
    return kafka.history().stream()
        .filter(record -> record.topic().equals(Topics.DLQ.name()))
        .toList();
  }

  static HeaderEvent event(ProducerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(
        Topics.OS_HEADERS.value(
            new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value())));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    database.close();
  }

  /** A run, and what came of it. */
  final class Result {
    final UUID id;

    Result(UUID id) {
      this.id = id;
    }

    String column(String name) throws SQLException {
      return database.text("SELECT " + name + " FROM sync_run WHERE id = '" + id + "'");
    }

    Cursor cursor() throws SQLException {
      return Cursor.parse(column("cursor"));
    }

    List<Long> ids() {
      return seen().map(seen -> seen.header().id()).toList();
    }

    Stream<HeaderEvent.Seen> seen() {
      return events().stream()
          .filter(HeaderEvent.Seen.class::isInstance)
          .map(HeaderEvent.Seen.class::cast)
          .filter(seen -> id.equals(seen.runId()));
    }

    <M extends HeaderEvent.OfRun> List<M> markers(Class<M> type) {
      return events().stream()
          .filter(type::isInstance)
          .map(type::cast)
          .filter(marker -> marker.runId().equals(id))
          .toList();
    }

    List<HeaderEvent.EndOfHeaders> ends() {
      return markers(HeaderEvent.EndOfHeaders.class);
    }
  }
}
