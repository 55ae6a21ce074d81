package dev.ordem.quickstart.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.runtime.Environment;
import java.io.Console;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** For people a line each, for scripts JSON. */
public final class OutputOptions {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final Pattern TIME_IN_TEXT =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--json", description = "As the API tells it.")
  private boolean asJson;

  /** Where a person can be asked; the launcher knows whether there is a terminal. */
  public static Optional<Console> terminal() {
    return Optional.ofNullable(System.console())
        .filter(any -> Boolean.getBoolean("ordem.terminal"));
  }

  /** Whether a script reads: then nothing but JSON is written to standard output. */
  public boolean isJson() {
    return asJson;
  }

  /** Prints an answer of the API. */
  public void print(JsonNode answer, Function<JsonNode, List<String>> lines) {
    if (asJson) {
      System.out.println(pretty(answer));
    } else {
      ZoneId zone = zone();
      lines.apply(answer).forEach(line -> System.out.println(told(line, zone)));
    }
  }

  private static String pretty(JsonNode answer) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + answer, e);
    }
  }

  /**
   * The zone in which people are told times: {@code SYNC_ZONE}.
   *
   * @throws dev.ordem.runtime.ConfigurationException if that is none
   */
  public static ZoneId zone() {
    Environment environment = Environment.of(System.getenv());
    ZoneId zone = environment.zone("SYNC_ZONE", "America/Sao_Paulo");
    environment.verify();
    return zone;
  }

  /** A text of the API's, with each time in it as people of {@code zone} read it. */
  static String told(String text, ZoneId zone) {
    return TIME_IN_TEXT
        .matcher(text)
        .replaceAll(
            time -> SECOND.format(OffsetDateTime.parse(time.group()).atZoneSameInstant(zone)));
  }

  /**
   * The time of day of a time of the API's, to the second, in {@link #zone}, which it names; "-":
   * there is none.
   */
  static String clock(JsonNode time) {
    try {
      ZoneId zone = zone();
      return CLOCK.format(Instant.parse(time.asText("")).atZone(zone)) + " " + zone;
    } catch (DateTimeParseException e) {
      return "-";
    }
  }

  /** A time of the API's in {@code zone}, to the minute; "-" if there is none. */
  public static String time(JsonNode time, ZoneId zone) {
    try {
      return LOCAL.format(Instant.parse(time.asText("")).atZone(zone));
    } catch (DateTimeParseException e) {
      return "-";
    }
  }
}
