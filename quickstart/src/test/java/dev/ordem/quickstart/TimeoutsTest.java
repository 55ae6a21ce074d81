package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.KafkaTimeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sessions, pools and admin clients wait as long as one place says, in every service. */
class TimeoutsTest {
  private static final Pattern SESSION =
      Pattern.compile(
          "SESSION_TIMEOUT_MS_CONFIG|DEFAULT_API_TIMEOUT_MS_CONFIG|MAX_POLL_INTERVAL_MS_CONFIG"
              + "|\"(session|default\\.api)\\.timeout\\.ms\"");
  private static final Pattern POOL =
      Pattern.compile("new HikariConfig|new HikariDataSource|new PGSimpleDataSource");

  @Test
  void whoIsKilledIsReplacedWithin15Seconds() {
    assertThat(KafkaTimeouts.member())
        .hasEntrySatisfying("session.timeout.ms", ms -> assertThat((int) ms).isBetween(6000, 10000))
        .hasEntrySatisfying("heartbeat.interval.ms", ms -> assertThat((int) ms).isLessThan(2_001));
  }

  @Test
  void aCallOfTheLedgerGivesUpBeforeItsMemberIsPutOut() {
    assertThat(KafkaTimeouts.ledger())
        .hasEntrySatisfying("max.poll.interval.ms", ms -> assertThat((int) ms).isEqualTo(15_000))
        .hasEntrySatisfying(
            "default.api.timeout.ms", ms -> assertThat((int) ms).isLessThan(15_000 / 2));
  }

  @Test
  void whoStartsWhileNoBrokerAnswersIsToldWithin15Seconds() {
    assertThat(KafkaTimeouts.admin())
        .hasEntrySatisfying(
            "default.api.timeout.ms", ms -> assertThat((int) ms).isBetween(5_000, 15_000))
        .hasEntrySatisfying(
            "request.timeout.ms", ms -> assertThat((int) ms).isBetween(5_000, 15_000));
  }

  @Test
  void timeoutsOfKafkaAndPoolsAreSetInOnePlace() throws Exception {
    assertThat(filesWith(SESSION)).containsExactly("KafkaTimeouts.java");
    assertThat(filesWith(POOL)).containsExactly("ConnectionPool.java");
  }

  private static List<String> filesWith(Pattern pattern) throws IOException {
    List<String> modules =
        List.of(
            "contract",
            "runtime",
            "tiny-client",
            "producer",
            "detail-worker",
            "sink",
            "quickstart");
    List<String> found = new ArrayList<>();
    for (String module : modules) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> pattern.matcher(read(file)).find())
            .forEach(file -> found.add(file.getFileName().toString()));
      }
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
