package dev.ordem.sink.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres cannot hold, made into what it can, so that one value does not cost its row: years
 * before 1 and after 9999 and numbers of more than a thousand digits are nothing, digits too far
 * behind the point are cut, and texts lose U+0000.
 */
final class PostgresValues {
  private static final int DIGITS = 1_000;
  private static final Instant FIRST = LocalDateTime.of(1, 1, 1, 0, 0).toInstant(ZoneOffset.UTC);
  private static final Instant LAST =
      LocalDateTime.of(9999, 12, 31, 23, 59).toInstant(ZoneOffset.UTC);

  private PostgresValues() {}

  static @Nullable LocalDate date(@Nullable LocalDate date) {
    return date != null && year(date.getYear()) ? date : null;
  }

  static @Nullable LocalDateTime dateTime(@Nullable LocalDateTime time) {
    return time != null && year(time.getYear()) ? time : null;
  }

  static @Nullable Instant time(@Nullable Instant time) {
    return time == null || time.isBefore(FIRST) || time.isAfter(LAST) ? null : time;
  }

  /** Of a column that cannot be null: the nearest time that it can hold. */
  static Instant nearest(Instant time) {
    return time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
  }

  static @Nullable BigDecimal number(@Nullable BigDecimal number) {
    if (number == null || number.signum() == 0) {
      return number == null ? null : BigDecimal.ZERO.setScale(scale(number));
    }
    long whole = (long) number.precision() - number.scale();
    if (whole > DIGITS) {
      return null;
    }
    if (whole < -DIGITS) {
      return BigDecimal.ZERO;
    }
    return number.scale() > DIGITS ? number.setScale(DIGITS, RoundingMode.HALF_EVEN) : number;
  }

  static String text(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
  }

  /** The same if {@code jsonb} can hold it, else a copy; a number that it cannot is a text. */
  static JsonNode json(JsonNode node) {
    return fits(node) ? node : fitting(node);
  }

  private static boolean fits(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue().indexOf('\0') < 0;
    }
    if (node.isNumber()) {
      return fitsNumber(node);
    }
    if (node.isObject()) {
      for (var each : node.properties()) {
        if (each.getKey().indexOf('\0') >= 0 || !fits(each.getValue())) {
          return false;
        }
      }
      return true;
    }
    for (JsonNode each : node) {
      if (!fits(each)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fitsNumber(JsonNode node) {
    if (!node.isBigDecimal()) {
      return true;
    }
    BigDecimal number = node.decimalValue();
    if (number.signum() == 0) {
      return Math.abs((long) number.scale()) <= DIGITS;
    }
    BigDecimal held = number(number);
    return held != null && held.compareTo(number) == 0;
  }

  private static JsonNode fitting(JsonNode node) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (node.isTextual()) {
      return make.textNode(text(node.textValue()));
    }
    if (node.isNumber()) {
      return fitsNumber(node) ? node : make.textNode(node.asText());
    }
    if (node.isArray()) {
      ArrayNode copy = make.arrayNode();
      node.forEach(each -> copy.add(fitting(each)));
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = make.objectNode();
      node.properties().forEach(each -> copy.set(text(each.getKey()), fitting(each.getValue())));
      return copy;
    }
    return node;
  }

  /** Zero has as many digits as were written, within reason. */
  private static int scale(BigDecimal zero) {
    return Math.max(0, Math.min(DIGITS, zero.scale()));
  }

  private static boolean year(int year) {
    return year >= 1 && year <= 9999;
  }
}
