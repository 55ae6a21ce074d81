package dev.ordem.quickstart.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class OutputOptionsTest {
  @Test
  void timesWithinATextAreToldInTheZone() {
    assertThat(
            OutputOptions.told(
                "open since 2026-11-28T15:22:44.120731+00:00, asked until 2026-11-28T15:23:00Z",
                ZoneId.of("America/Sao_Paulo")))
        .isEqualTo("open since 2026-11-28 12:22:44, asked until 2026-11-28 12:23:00");
  }
}
