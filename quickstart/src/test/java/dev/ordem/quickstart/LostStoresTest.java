package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One of the stores is lost: the others bring back what it held, and Tiny is not asked for it.
 * Kafka comes before the last: it gets from Postgres what it held of history, and can then bring
 * back Postgres once more.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LostStoresTest {
  private static final String UNKNOWN_CHANGES =
      """
      SELECT count(*) FROM os_status_history h
      WHERE h.sequence > 1 AND NOT EXISTS (SELECT FROM os_status_history b
        WHERE b.os_id = h.os_id AND b.sequence = h.previous_sequence
          AND b.to_situacao = h.from_situacao)
      """;

  private static final String PARKED =
      "SELECT count(*) FROM import_failures WHERE state = 'PARKED'";

  @TempDir static Path directory;

  private static Installation ordem;
  private static long held;

  @BeforeAll
  static void load() throws Exception {
    ordem = new Installation(directory, SimulatorSettings.inProcess().withOrders(60)).start();
    ordem.complete("full");
    move(6);
    ordem.complete("full");
    ordem.assertTruth();
  }

  @AfterAll
  static void close() throws Exception {
    ordem.close();
  }

  @Test
  @Order(1)
  void withoutItsStateDirectoryTheLedgerKnowsAllThatItKnew() throws Exception {
    ordem.stop();
    ordem.remove("streams");
    int moved = move(5);
    long before = ordem.detailCalls();
    ordem.start();

    ordem.complete("full");

    ordem.assertTruth();
    assertThat(ordem.detailCalls() - before).isEqualTo(moved);
  }

  @Test
  @Order(3)
  void withoutKafkaHistoryGoesOnWhereItEndedAndNoDetailIsReadAgain() throws Exception {
    ordem.stop();
    ordem.remove("kafka");
    ordem.remove("streams");
    int moved = move(1);
    long before = ordem.detailCalls();
    ordem.start();

    ordem.complete("incremental");
    ordem.complete("full");

    ordem.assertTruth();
    assertThat(ordem.detailCalls() - before).isEqualTo(moved);

    int again = move(2);
    ordem.complete("incremental");

    ordem.assertTruth();
    assertThat(ordem.count(UNKNOWN_CHANGES)).isZero();
    assertThat(ordem.detailCalls() - before).isEqualTo(moved + again);
  }

  @Test
  @Order(2)
  void withoutPostgresAllRowsComeBackFromKafka() throws Exception {
    long changes = ordem.count("SELECT count(*) FROM os_status_history");
    park(ordem.account().orderIds().get(3));
    losePostgres();
    long before = ordem.detailCalls();
    ordem.start();
    connect();

    ordem.complete("full");

    ordem.assertTruth();
    assertThat(ordem.count("SELECT count(*) FROM os_status_history")).isEqualTo(changes);
    assertThat(ordem.detailCalls()).isEqualTo(before);
    assertThat(ordem.count(PARKED)).isEqualTo(1);

    ordem.execute("SELECT ordem_requeue('default', \"all\" => true)");
    ordem.await("the parked order is queued", () -> ordem.count(PARKED) == 0);
    ordem.await("it is read", () -> ordem.detailCalls() > before);
    assertThat(ordem.detailCalls()).isEqualTo(before + 1);
  }

  /** As the README says under "More partitions". */
  @Test
  @Order(5)
  void aNewKafkaMayHaveMorePartitions() throws Exception {
    ordem.stop();
    ordem.remove("kafka");
    ordem.remove("streams");
    ordem.set("KAFKA_TOPIC_PARTITIONS", "9");
    long before = ordem.detailCalls();
    ordem.start();

    ordem.complete("full");

    ordem.assertTruth();
    assertThat(ordem.detailCalls()).isEqualTo(before);
    assertThat(ordem.count("SELECT count(DISTINCT partition) FROM account_certificate"))
        .isEqualTo(9);
    assertThat(ordem.count("SELECT count(*) FROM os WHERE partition NOT BETWEEN 0 AND 8")).isZero();
    assertThat(ordem.count("SELECT count(DISTINCT partition) FROM os")).isGreaterThan(6);
  }

  @Test
  @Order(4)
  void whatKafkaGotBackItGivesBackToPostgres() throws Exception {
    List<String> history = history();
    ordem.execute("TRUNCATE os_status_history");
    long before = ordem.detailCalls();

    ordem.complete("full");
    assertThat(history()).isEqualTo(history);

    losePostgres();
    ordem.start();
    connect();

    ordem.complete("full");
    assertThat(history()).isEqualTo(history);
    ordem.assertTruth();
    assertThat(ordem.detailCalls()).isEqualTo(before);
  }

  /** A backup of Kafka is put back, with or without the ledger's stores of that day. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Order(6)
  void anOlderKafkaIsToldWhatItHasLost(boolean olderLedger) throws Exception {
    ordem.stop();
    ordem.copy("kafka", "kafka.old");
    ordem.copy("streams", "streams.old");
    ordem.start();
    move(olderLedger ? 1 : 2);
    ordem.complete("full");
    move(olderLedger ? 5 : 6);
    ordem.complete("full");
    List<String> history = history();
    ordem.stop();
    for (String part : olderLedger ? List.of("kafka", "streams") : List.of("kafka")) {
      ordem.remove(part);
      ordem.copy(part + ".old", part);
    }
    ordem.remove("kafka.old");
    ordem.remove("streams.old");
    Path ahead = storesOf(98, "0", "1", "ordem-ledger-2-standings-changelog 0 1000000");
    Path behind = storesOf(99, "0", "1", "ordem-ledger-2-standings-changelog 0 1");
    long before = ordem.detailCalls();
    ordem.start();
    assertThat(ahead).doesNotExist();
    assertThat(behind).exists();

    ordem.complete("full");
    ordem.assertTruth();
    assertThat(history()).isEqualTo(history);
    assertThat(ordem.detailCalls()).isEqualTo(before);

    losePostgres();
    ordem.start();
    connect();
    ordem.complete("full");
    ordem.assertTruth();
    assertThat(history()).as("Kafka gives it back").isEqualTo(history);
  }

  /**
   * Streams takes a store that is ahead of its changelog as it is; nothing else would know of it.
   */
  @Test
  @Order(7)
  void besideANewKafkaTheLedgerKeepsNothingThatKafkaDoesNotKnow() throws Exception {
    List<String> history = history();
    ordem.stop();
    ordem.remove("kafka");
    Path ofTheOther = storesOf(97);
    long before = ordem.detailCalls();
    ordem.start();
    assertThat(ofTheOther).doesNotExist();
    ordem.complete("full");
    ordem.assertTruth();

    ordem.stop();
    ordem.remove("streams");
    ordem.start();
    ordem.complete("full");
    ordem.assertTruth();

    losePostgres();
    ordem.start();
    connect();
    ordem.complete("full");
    ordem.assertTruth();
    assertThat(history()).isEqualTo(history);
    assertThat(ordem.detailCalls()).isEqualTo(before);
  }

  /** Stores of a partition that nobody takes, so that Kafka Streams leaves them alone. */
  private static Path storesOf(int partition, String... checkpoint) throws IOException {
    Path task = Files.createDirectories(ordem.part("streams/ordem-ledger-2/0_" + partition));
    Files.writeString(task.resolve("store"), "");
    if (checkpoint.length > 0) {
      Files.write(task.resolve(".checkpoint"), List.of(checkpoint));
    }
    return task;
  }

  private static void losePostgres() throws Exception {
    held = ordem.count("SELECT count(*) FROM os");
    ordem.stop();
    ordem.remove("postgres");
    ordem.remove("postgres.password");
    ordem.set("TINY_REFRESH_TOKEN", null); // Postgres had its heir
  }

  /** All of it, but for where it stands in Kafka. */
  private static List<String> history() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement query = ordem.database().createStatement();
        ResultSet row =
            query.executeQuery(
                "SELECT (to_jsonb(h) - 'partition')::text FROM os_status_history h"
                    + " ORDER BY os_id, sequence")) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  /** Tiny refuses it once, as a person wants to see it. */
  private static void park(long id) throws Exception {
    ordem.account().failNext(Fault.status(422).on(Endpoint.DETAIL).ofOrder(id), 1);
    ordem.execute("SELECT ordem_refresh('default', " + id + ")");
    ordem.await("the order is parked", () -> ordem.count(PARKED) == 1);
  }

  /**
   * Moves some open orders.
   *
   * @return how many
   */
  private static int move(int situacao) {
    List<Long> ids =
        ordem.account().truth().stream()
            .filter(order -> !List.of(situacao, 3, 4, 7).contains(order.situacao()))
            .map(order -> order.id())
            .limit(6)
            .toList();
    ids.forEach(id -> ordem.account().setSituacao(id, situacao));
    assertThat(ids).isNotEmpty();
    return ids.size();
  }

  /** As a person does in the browser, who sees that orders have come back out of Kafka. */
  private static void connect() throws IOException, InterruptedException {
    ordem.await("Kafka gives them back", () -> ordem.count("SELECT count(*) FROM os") >= held);
    HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    URI start = ordem.pipeline().url().resolve("/oauth/start?account=default");
    HttpResponse<String> page =
        http.send(HttpRequest.newBuilder(start).build(), HttpResponse.BodyHandlers.ofString());
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(ordem.tiny().authUrl() + "/auth"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        page.uri().getRawQuery() + "&username=demo&password=demo"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
