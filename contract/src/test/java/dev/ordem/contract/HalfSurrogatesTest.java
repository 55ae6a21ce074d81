package dev.ordem.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfSurrogatesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud800\"",
        "\"\\uDFFF\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud83d\\ud83d\\ude00\"",
        "\"\\ud83d\\n\"",
        "{\"\\udbff\":1}",
        "\"\\\\\\ud800\""
      })
  void aHalfIsFound(String json) {
    assertThat(HalfSurrogates.in(json.getBytes(UTF_8))).isTrue();
  }

  @Test
  void aHalfInBytesIsFound() {
    byte[] json = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
    assertThat(HalfSurrogates.in(json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"",
        "\"\\",
        "\"\\u",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\\uDE00\\u00e3\"",
        "\"\uD83D\uDE00 \uD7FF \uE000\"",
        "\"\\\\ud800\"",
        "\"\\u0ed8\""
      })
  void aPairAndWhatLooksLikeAHalfAreNone(String json) {
    assertThat(HalfSurrogates.in(json.getBytes(UTF_8))).isFalse();
  }

  /** Of texts of signs that make escapes, halves and pairs likely. */
  @Property(tries = 5_000)
  void whatIsLetThroughCanBeWritten(
      @ForAll @StringLength(max = 30) @Chars({'\\', 'u', 'd', '8', 'c', '0', 'e', 'n'}) String text)
      throws IOException {
    byte[] json = ('"' + text + '"').getBytes(StandardCharsets.US_ASCII);
    JsonNode read;
    try {
      read = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) { // no JSON at all
      return;
    }
    boolean writable = UTF_8.newEncoder().canEncode(read.asText());
    assertThat(writable).as(text).isEqualTo(!HalfSurrogates.in(json));
  }

  @Test
  void noTopicReadsOne() {
    byte[] json = "{\"schema\":1,\"a\":\"\\ud800\"}".getBytes(UTF_8);
    Stream<Topic<?>> topics = Topics.all().stream().filter(topic -> !topic.equals(Topics.DLQ));
    assertThat(topics)
        .allSatisfy(
            topic ->
                assertThatThrownBy(
                        () -> topic.valueSerde().deserializer().deserialize(topic.name(), json))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("half of a surrogate pair"));
  }
}
