package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricHelpTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern METER =
      Pattern.compile("(?:counter|timer|builder)\\(\\s*\"(ordem\\.[a-z.]+)\"");

  @Test
  void aMetricThatIsMadeWithoutAWordHasItsHelp() {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters.config().meterFilter(new MetricHelp());
    meters.counter("ordem.parked", "cause", "http-500").increment();
    assertThat(meters.scrape())
        .contains("# HELP ordem_parked_total Orders that failed too often")
        .contains("ordem_parked_total{cause=\"http-500\"} 1");
  }

  @Test
  void everyMetricOfOursIsHere() throws IOException {
    Set<String> made = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> path.toString().contains("src/main"))
              .toList()) {
        METER.matcher(Files.readString(file)).results().map(r -> r.group(1)).forEach(made::add);
      }
    }
    assertThat(made).hasSizeGreaterThan(20);
    assertThat(MetricHelp.TEXTS.keySet()).containsExactlyInAnyOrderElementsOf(made);
  }
}
