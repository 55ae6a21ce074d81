package dev.ordem.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read token by token is what is read as a tree; all else is left to that. */
class SeenReaderTest {
  private static final HeaderEvent SEEN =
      (HeaderEvent) Samples.all().getOrDefault(Topics.OS_HEADERS, List.of()).get(0);

  private static String json() {
    byte[] bytes = Topics.OS_HEADERS.valueSerde().serializer().serialize("os-headers", SEEN);
    return new String(bytes, UTF_8);
  }

  @Test
  void whatAProducerWritesIsReadTokenByToken() {
    assertThat(SeenReader.read(json().getBytes(UTF_8), 2)).isEqualTo(SEEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"schema\":2>\"schema\":3",
        "\"schema\":2>\"schema\":0",
        "\"schema\":2,>",
        "\"type\":\"seen\">\"type\":\"hold\"",
        "\"id\":891>\"id\":\"891\"",
        "\"situacao\":3>\"situacao\":null",
        "\"mode\":\"full\">\"mode\":\"FULL\"",
        "\"2026-01-02\">\"2026-02-30\"",
        "\"2026-01-09T18:30:00\">\"2026-01-09T24:00:00\"",
        "\"reading\":5>\"colour\":5",
        "\"reading\":5}>\"reading\":5"
      })
  void anyOtherFormIsNot(String change) {
    String[] both = change.split(">", -1);
    String other = json().replace(both[0], both[1]);
    assertThat(other).isNotEqualTo(json());
    assertThat(SeenReader.read(other.getBytes(UTF_8), 2)).isNull();
  }
}
