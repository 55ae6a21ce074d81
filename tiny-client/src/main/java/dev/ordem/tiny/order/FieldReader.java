package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of one JSON object the way Tiny writes them, and the ways it might: numbers as
 * strings, comma decimals, zero dates, absent and null and empty. Only {@link #id} refuses;
 * everything else that cannot be understood is null and counted as drift.
 */
final class FieldReader {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DOT = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,12})?");
  private static final Pattern COMMA =
      Pattern.compile("-?([0-9]{1,18}|[0-9]{1,3}(\\.[0-9]{3}){1,5}),[0-9]{1,12}");
  private static final Pattern ENGLISH =
      Pattern.compile("-?[0-9]{1,3}(,[0-9]{3}){1,5}\\.[0-9]{1,12}");
  private static final int MOST_DIGITS = 30;
  private static final int LAST_KNOWN = 7;

  /** What {@code smallint} holds: a code beyond that is none. */
  private static final int MOST_SITUACAO = Short.MAX_VALUE;

  /** Dates without a zone are of here, so those with one are brought here. */
  private static final ZoneId HERE = ZoneId.of("America/Sao_Paulo");

  private static final DateTimeFormatter ZONED =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final JsonNode object;
  private final SchemaDrift drift;

  FieldReader(JsonNode object, SchemaDrift drift) {
    this.object = object;
    this.drift = drift;
  }

  /** The id of the order itself. */
  long id() throws UnreadableJsonException {
    Long id = asLong(object.path("id"));
    if (id == null || id <= 0) {
      throw new UnreadableJsonException(
          "field \"id\" is " + shown("id") + " where a positive number was expected");
    }
    return id;
  }

  /**
   * The status of the order; the API's document lets it be null. A code that Tiny had not
   * documented is kept as it is, as far as a code goes; both, and all else, count as drift.
   */
  @Nullable Integer situacao() {
    Long situacao = asLong(object.path("situacao"));
    if (situacao == null || situacao < 0 || situacao > LAST_KNOWN) {
      drift.value("situacao");
    }
    return situacao == null || situacao < 0 || situacao > MOST_SITUACAO
        ? null
        : Integer.valueOf(situacao.intValue());
  }

  @Nullable String text(String field) {
    JsonNode node = object.path(field);
    if (isAbsent(node)) {
      return null;
    }
    if (!node.isValueNode()) {
      drift.value(field);
      return null;
    }
    String text = node.asText();
    return text.isBlank() ? null : text;
  }

  /** An id that refers to something else, where 0 means none. */
  @Nullable Long reference(String field) {
    JsonNode node = object.path(field);
    if (isAbsent(node)) {
      return null;
    }
    Long id = asLong(node);
    if (id == null || id < 0) {
      drift.value(field);
      return null;
    }
    return id == 0 ? null : id;
  }

  @Nullable BigDecimal decimal(String field) {
    JsonNode node = object.path(field);
    if (isAbsent(node)) {
      return null;
    }
    BigDecimal value = node.isNumber() ? node.decimalValue() : decimalText(node.asText().strip());
    boolean sane =
        value != null && value.precision() <= MOST_DIGITS && Math.abs(value.scale()) <= MOST_DIGITS;
    if (!sane) {
      drift.value(field);
    }
    return sane ? value : null;
  }

  @Nullable LocalDate date(String field) {
    LocalDateTime dateTime = dateTime(field);
    return dateTime == null ? null : dateTime.toLocalDate();
  }

  @Nullable LocalDateTime dateTime(String field) {
    JsonNode node = object.path(field);
    if (isAbsent(node)) {
      return null;
    }
    String text = node.asText().strip();
    if (text.startsWith("0000-00-00")) {
      return null;
    }
    try {
      LocalDateTime time = localDateTime(text.replaceFirst(" ", "T").replace(" ", ""));
      if (time.getYear() >= 1 && time.getYear() <= 9999) { // PHP's zero date is of the year -1
        return time.truncatedTo(ChronoUnit.MICROS); // Postgres would round what is beyond, up
      }
    } catch (DateTimeException e) { // counted, and taken for absent
      drift.value(field);
      return null;
    }
    drift.value(field);
    return null;
  }

  private static LocalDateTime localDateTime(String text) {
    if (text.length() <= 10) {
      return LocalDate.parse(text).atStartOfDay();
    }
    boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
    return zoned
        ? OffsetDateTime.parse(text, ZONED).atZoneSameInstant(HERE).toLocalDateTime()
        : LocalDateTime.parse(text);
  }

  private static @Nullable BigDecimal decimalText(String text) {
    if (DOT.matcher(text).matches()) {
      return new BigDecimal(text);
    }
    if (COMMA.matcher(text).matches()) {
      return new BigDecimal(text.replace(".", "").replace(',', '.'));
    }
    return ENGLISH.matcher(text).matches() ? new BigDecimal(text.replace(",", "")) : null;
  }

  static @Nullable Long asLong(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()) {
      return node.longValue();
    }
    String text = node.isTextual() ? node.asText().strip() : "";
    return INTEGER.matcher(text).matches() ? Long.valueOf(text) : null;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isTextual() && node.asText().isBlank());
  }

  private String shown(String field) {
    JsonNode node = object.path(field);
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
