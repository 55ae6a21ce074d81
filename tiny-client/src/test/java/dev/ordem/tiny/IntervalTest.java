package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is told is compared with the database's clock, read when a request had arrived. Each test
 * runs without windows (0) and with one: the two learn the time in different ways.
 */
class IntervalTest {
  private static final String ORDER = "{\"id\":7,\"situacao\":\"3\"}";
  private static final int SLOW = 700;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How far an interval may reach beyond the truth on a machine that is busy with other tests. */
  private static final Duration BUSY = Duration.ofSeconds(2);

  @ParameterizedTest
  @CsvSource({"0,PT1H", "0,PT-1H", "100,PT1H", "100,PT-1H"})
  void aProcessWhoseClockIsWrongTellsTheDatabasesTime(int perWindow, Duration wrong)
      throws Exception {
    try (Watched watched = new Watched(perWindow, wrong)) {
      watched.tiny.answering(Tiny.json(200, ORDER));
      for (int i = 0; i < 10; i++) {
        Instant before = watched.databaseTime();
        Interval at = watched.read();
        Instant after = watched.databaseTime();

        Instant arrived = watched.arrivals.remove();
        assertThat(at.asked()).isBetween(before.minus(BUSY), arrived);
        assertThat(at.answered()).isBetween(arrived, after.plus(BUSY));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "100"})
  void aSlowAnswerIsCoveredToItsLastByte(int perWindow) throws Exception {
    try (Watched watched = new Watched(perWindow, Duration.ZERO)) {
      watched.tiny.answering(slow(200));

      Interval at = watched.read();

      Instant arrived = watched.arrivals.remove();
      assertThat(at.asked()).isBeforeOrEqualTo(arrived);
      assertThat(at.answered())
          .isBetween(arrived.plusMillis(SLOW), arrived.plusMillis(SLOW).plus(BUSY));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "100"})
  void whatIsAskedAgainIsToldOfTheRequestThatWasAnswered(int perWindow) throws Exception {
    try (Watched watched = new Watched(perWindow, Duration.ZERO)) {
      watched.tiny.answering(slow(500), slow(401), Tiny.json(200, ORDER));

      Interval at = watched.read();

      assertThat(watched.arrivals).hasSize(3);
      watched.arrivals.remove();
      Instant second = watched.arrivals.remove();
      assertThat(at.asked()).isBetween(second.plusMillis(SLOW / 2), watched.arrivals.remove());
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "100"})
  void thatTinyDoesNotKnowAnOrderHasItsTimeToo(int perWindow) throws Exception {
    try (Watched watched = new Watched(perWindow, Duration.ofHours(1))) {
      watched.tiny.answering(Tiny.json(404, "{}"));

      Answer<OrderDetail> answer = watched.client.detail("default", 7, Priority.DETAIL);

      assertThat(answer).isInstanceOf(Answer.NotFound.class);
      Interval at = ((Answer.NotFound<OrderDetail>) answer).at();
      Instant arrived = watched.arrivals.remove();
      assertThat(at.asked()).isBeforeOrEqualTo(arrived);
      assertThat(at.answered()).isBetween(arrived, watched.databaseTime().plus(BUSY));
    }
  }

  private static MockResponse slow(int status) {
    return Tiny.json(status, ORDER).newBuilder().bodyDelay(SLOW, TimeUnit.MILLISECONDS).build();
  }

  /** A client, and the database's time at which each of its requests had arrived. */
  private static final class Watched implements AutoCloseable {
    final Queue<Instant> arrivals = new ConcurrentLinkedQueue<>();
    final Tiny tiny;
    final TinyClient client;

    /** {@code wrong}: how far the clock of the client's process is ahead. */
    Watched(int perWindow, Duration wrong) throws Exception {
      tiny = new Tiny(perWindow, TIMEOUT);
      tiny.arriving = () -> arrivals.add(databaseTime());
      Time system = Time.system();
      client =
          TinyClient.create(
              tiny.settings(perWindow, TIMEOUT),
              tiny.database,
              new SimpleMeterRegistry(),
              new Time(Clock.offset(system.clock(), wrong), system.nanos(), system.pause()),
              new TinyClient.Backoff(Duration.ofMillis(5), Duration.ofMillis(300)));
      client.start();
    }

    Interval read() throws InterruptedException {
      Answer<OrderDetail> answer = client.detail("default", 7, Priority.DETAIL);
      assertThat(answer).isInstanceOf(Answer.Ok.class);
      return ((Answer.Ok<OrderDetail>) answer).at();
    }

    Instant databaseTime() {
      try (Connection connection = tiny.database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select clock_timestamp()")) {
        row.next();
        return row.getObject(1, OffsetDateTime.class).toInstant();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      client.close();
      tiny.close();
    }
  }
}
