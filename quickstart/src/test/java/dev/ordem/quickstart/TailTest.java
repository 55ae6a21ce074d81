package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.HomeDirectory;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ordem tail} beside a real broker. */
class TailTest {
  private static final Instant AT = Instant.parse("2026-02-10T12:00:00Z");

  @TempDir Path directory;
  private HomeDirectory home;
  private EmbeddedKafka kafka;

  @BeforeEach
  void start() throws Exception {
    home = HomeDirectory.open(directory.resolve(".ordem"));
    kafka = EmbeddedKafka.in(home);
    kafka.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicAdmin.ensure(admin, 3, Optional.empty());
    }
  }

  @AfterEach
  void stop() throws Exception {
    kafka.close();
    home.close();
  }

  @Test
  void changesAreShownAsTheyComeAndOnlyOnceTheyAreCommitted() throws Exception {
    write(true, change("loja", 1, null, 0));
    try (OwnProcess tail = tail("--max", "2")) {
      tail.awaitLine("os-status-changes, from now on");
      write(false, change("loja", 2, 0, 1));
      write(true, change("outra", 3, null, 9), change("loja", 4, 0, 3));

      assertThat(tail.awaitExit()).isZero();
      assertThat(tail.lines().subList(1, 3))
          .containsExactlyInAnyOrder(
              "2026-02-10 09:00:00  outra:3  new -> 9 unknown status",
              "2026-02-10 09:00:00  loja:4  0 em aberto -> 3 finalizada");
    }
  }

  @Test
  void aScriptReadsWhatIsThereOfOneAccount() throws Exception {
    write(true, change("outra", 1, null, 0), change("loja", 2, null, 0));
    try (OwnProcess tail = tail("--from-beginning", "--json", "--max", "1", "--account", "loja")) {
      assertThat(tail.awaitExit()).isZero();
      JsonNode record = new ObjectMapper().readTree(tail.lines().get(0));
      assertThat(record.path("key").asText()).isEqualTo("loja:2");
      assertThat(record.path("value").path("to").asInt()).isZero();
      assertThat(record.path("headers").path("ce_type").asText())
          .isEqualTo("dev.ordem.status-change");
      assertThat(record.path("offset").isIntegralNumber()).isTrue();
    }
  }

  @Test
  void aDeadLetterOfAnyBytesIsALineWithItsReason() throws Exception {
    byte[] bytes = "no\n{json".getBytes(StandardCharsets.UTF_8);
    write(true, DeadLetter.of(bytes, bytes, "sink", "it is\u009btoo large", AT));
    try (OwnProcess tail = tail("ordem.dlq", "--from-beginning", "--max", "1")) {
      assertThat(tail.awaitExit()).isZero();
      assertThat(tail.lines()).last().asString().endsWith("  no {json  it is too large");
    }
    try (OwnProcess tail = tail("ordem.dlq", "--from-beginning", "--max", "1", "--json")) {
      assertThat(tail.awaitExit()).isZero();
      JsonNode record = new ObjectMapper().readTree(tail.lines().get(0));
      assertThat(record.path("value").asText()).isEqualTo("no\n{json");
    }
  }

  /** {@code ordem tail | head -1} ends, though nobody stops it. */
  @Test
  void whoeverReadsHasEnough() throws Exception {
    for (long id = 1; id <= 20; id++) {
      write(true, change("loja", id, null, 0));
    }
    ProcessBuilder shell =
        new ProcessBuilder(
            "sh",
            "-c",
            "(\"$@\"; echo \"ended $?\" >&2) | head -1",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Ordem.class.getName(),
            "tail",
            "--from-beginning");
    shell.environment().put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    Process pipe = shell.redirectErrorStream(true).start();
    write(true, change("loja", 21, null, 0));
    try (BufferedReader lines = pipe.inputReader(StandardCharsets.UTF_8)) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                write(true, change("loja", 22, null, 0)); // a pipe breaks when it is written to
                assertThat(pipe.isAlive()).isFalse();
              });
      assertThat(lines.lines()).contains("ended 0");
    } finally {
      pipe.destroyForcibly();
    }
  }

  @Test
  void whatIsNotForEverybodyIsRefusedByName() throws Exception {
    try (OwnProcess tail = tail("os-headers")) {
      assertThat(tail.awaitExit()).isEqualTo(2);
      assertThat(tail.lines()).singleElement().asString().contains("os-headers", "sync-runs");
    }
  }

  private OwnProcess tail(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("tail"));
    all.addAll(List.of(arguments));
    return OwnProcess.start(
        Ordem.class,
        Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
        all.toArray(String[]::new));
  }

  private static ProducerRecord<byte[], byte[]> change(
      String account, long id, @Nullable Integer from, int to) {
    return Topics.OS_STATUS_CHANGES.record(
        account + ":" + id,
        new StatusChange(
            UUID.randomUUID(),
            account,
            id,
            1,
            null,
            from,
            to,
            null,
            AT,
            StatusChange.Source.HEADER,
            null));
  }

  @SafeVarargs
  private void write(boolean commits, ProducerRecord<byte[], byte[]>... records) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "t" + commits);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        producer.send(record).get();
      }
      if (commits) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }
}
