package dev.ordem.tiny.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorableJsonTest {
  /** With the limits that any reader of the topics has. */
  private static final ObjectMapper ANY_READER = new ObjectMapper();

  /**
   * The array is one, too; each of its objects takes eighty bytes of memory, and two of the body.
   */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void moreValuesThanThereIsMemoryForAreRefusedBeforeTheyAreMade(int more) throws Exception {
    int objects = StorableJson.VALUES - 1 + more;
    byte[] body = ("[" + "{},".repeat(objects - 1) + "{}]").getBytes(StandardCharsets.UTF_8);

    if (more <= 0) {
      assertThat(StorableJson.of(body).tree()).hasSize(objects);
    } else {
      assertThatThrownBy(() -> StorableJson.of(body))
          .isInstanceOf(TooManyValuesException.class)
          .hasMessageContaining("50000 values");
    }
  }

  @Test
  void aByteThatIsNotUtf8IsReplacedAndItsFieldNamed() throws Exception {
    byte[] latin =
        "{\"id\":7,\"nome\":\"Padaria P\u00e3o\",\"b\":1}".getBytes(StandardCharsets.ISO_8859_1);
    StorableJson read = StorableJson.of(latin);

    assertThat(read.tree().path("nome").asText()).isEqualTo("Padaria P\uFFFDo");
    assertThat(read.tree().path("b").asInt()).isEqualTo(1);
    assertThat(read.altered()).containsExactly("nome");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"\\ud800\"', '\uFFFD'",
    "'\"a\\udc00b\"', 'a\uFFFDb'",
    "'\"\\ude00\\ud83d\"', '\uFFFD\uFFFD'",
    "'\"\\ud83d\\ude00\"', '\ud83d\ude00'",
    "'\"\\u0000\"', '\0'",
    "'\"\\\\ud800\"', '\\ud800'",
    "'\"\\\\\\uD800\\n\"', '\\\uFFFD\n'"
  })
  void halfASurrogatePairIsReplacedAndAWholeOneIsNot(String json, String text) throws Exception {
    assertThat(read(json).textValue()).isEqualTo(text);
    assertThat(read("{" + json + ":1}").fieldNames().next()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e9999999999", "1e-9999999999", "1e2147483648", "-1e1000001"})
  void aNumberWithAnEndlessExponentIsAText(String number) throws Exception {
    assertThat(read("{\"a\":" + number + "}").path("a").textValue()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400000", "1.10", "12345678901234567890.5", "7", "-0", "9999999999"})
  void anyOtherNumberStaysWhatItIs(String number) throws Exception {
    StorableJson read = StorableJson.of(number.getBytes(StandardCharsets.UTF_8));
    assertThat(read.tree().isNumber()).isTrue();
    assertThat(read.tree().decimalValue()).isEqualByComparingTo(number);
    assertThat(read.altered()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001, 2_000_000})
  void numbersOfAnyLengthAreRead(int digits) throws Exception {
    JsonNode number = read("9".repeat(digits));
    assertThat(number.isNumber()).isEqualTo(digits <= StorableJson.NUMBER);
    assertThat(number.asText()).isEqualTo("9".repeat(digits));
  }

  /** Written again, an exponent has a point, a plus and as many digits as the point moved. */
  @ParameterizedTest
  @CsvSource({
    "994, e1, true",
    "995, e1, false",
    "998, e1, false",
    "993, e11, true",
    "994, e11, false",
    "997, .5e-9, false",
    "990, .5e-9, true",
    "994, .5, true",
    "998, .5, true"
  })
  void whatIsKeptAsANumberIsReadByAnyReaderAsItIsWrittenAgain(
      int digits, String rest, boolean number) throws Exception {
    JsonNode read = read("{\"a\":" + "7".repeat(digits) + rest + "}");
    assertThat(read.path("a").isNumber()).isEqualTo(number);
    assertThat(read.path("a").isTextual()).isEqualTo(!number);
    assertHeldByAnyReader(read);
  }

  @Property(tries = 500)
  void anyNumberCanBeWrittenAgain(
      @ForAll @IntRange(min = 1, max = 1_010) int digits,
      @ForAll @IntRange(max = 1_010) int point,
      @ForAll @IntRange(min = -1_000_100, max = 1_000_100) int exponent,
      @ForAll boolean negative,
      @ForAll @IntRange(min = 1, max = 9) int digit)
      throws IOException {
    String all = String.valueOf(digit).repeat(digits);
    String text =
        point > 0 && point < digits ? all.substring(0, point) + "." + all.substring(point) : all;
    assertHeldByAnyReader(read("{\"a\":" + (negative ? "-" : "") + text + "e" + exponent + "}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100, 101, 1_001, 1_000_000})
  void whatIsNestedTooDeepIsNullAndTheRestIsRead(int depth) throws Exception {
    String deep = "[".repeat(depth - 1) + "]".repeat(depth - 1);
    StorableJson read =
        StorableJson.of(("{\"a\":" + deep + ",\"b\":2}").getBytes(StandardCharsets.UTF_8));
    assertThat(read.tree().path("b").asInt()).isEqualTo(2);
    assertThat(read.altered().contains("a")).isEqualTo(depth > StorableJson.DEPTH);
    assertThat(read.tree().path("a").isArray()).isTrue();
    assertHeldByAnyReader(read.tree());
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001, 60_000})
  void longNamesAreCut(int length) throws Exception {
    JsonNode read = read("{\"" + "n".repeat(length) + "\":1}");
    assertThat(read.fieldNames().next()).hasSize(Math.min(length, StorableJson.NAME));
    assertHeldByAnyReader(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE"})
  void everyEncodingThatJsonMayHaveIsRead(String charset) throws Exception {
    byte[] body = "{\"nome\":\"P\u00e3o\"}".getBytes(Charset.forName(charset));
    assertThat(StorableJson.of(body).tree().path("nome").asText()).isEqualTo("P\u00e3o");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,", "{\"a\"}", "<html>", "{} {}", "{\"a\":NaN}", "]", "\"x"})
  void whatIsNoJsonIsNone(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void anEmptyBodyIsMissing() throws Exception {
    assertThat(read("").isMissingNode()).isTrue();
    assertThat(read("  ").isMissingNode()).isTrue();
  }

  /** Whatever bytes stand in a text, the page around it is read, and can be written and read. */
  @Property(tries = 500)
  void anyBytesInATextLeaveTheRestReadable(@ForAll @Size(max = 40) byte[] bytes)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
    for (byte each : bytes) {
      body.write(each == '"' || each == '\\' || (each >= 0 && each < ' ') ? '?' : each);
    }
    body.write("\",\"b\":[true,null,{\"c\":1.50}]}".getBytes(StandardCharsets.UTF_8));
    StorableJson read = StorableJson.of(body.toByteArray());
    assertThat(read.tree().path("b").toString()).isEqualTo("[true,null,{\"c\":1.50}]");
    assertHeldByAnyReader(read.tree());
  }

  @Property(tries = 500)
  void anyTextInEscapesCanBeWrittenAgain(
      @ForAll("signs") char[] text, @ForAll @IntRange(max = 3) int name) throws IOException {
    StringBuilder escaped = new StringBuilder();
    for (char each : text) {
      escaped.append(String.format("\\u%04x", (int) each));
    }
    String at = name == 0 ? escaped.toString() : "a";
    assertHeldByAnyReader(read("{\"" + at + "\":\"" + escaped + "\"}"));
  }

  @Provide
  Arbitrary<char[]> signs() {
    return Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.chars().all()),
            Tuple.of(
                1, Arbitraries.chars().range(Character.MIN_SURROGATE, Character.MAX_SURROGATE)))
        .array(char[].class)
        .ofMaxSize(12);
  }

  private static void assertHeldByAnyReader(JsonNode tree) throws IOException {
    byte[] written = ANY_READER.writeValueAsBytes(tree);
    assertThat(new String(written, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
        .isEqualTo(written);
    assertThat(ANY_READER.readTree(written).size()).isEqualTo(tree.size());
  }

  private static JsonNode read(String body) throws IOException {
    return StorableJson.of(body.getBytes(StandardCharsets.UTF_8)).tree();
  }
}
