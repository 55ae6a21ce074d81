package dev.ordem.sink.tables;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of {@code COPY}, of values that Postgres can hold: see {@link
 * PostgresValues}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Text Format</a>
 */
final class CopyText {
  /** An entry of an index on texts is at most a third of a page, 2,700 bytes or so. */
  private static final int INDEXED_LENGTH = 500;

  private final StringBuilder text = new StringBuilder();
  private boolean inRow;

  /** The next column's value, as its {@code toString} writes it. */
  CopyText put(@Nullable Object value) {
    separate();
    if (value == null) {
      text.append("\\N");
    } else {
      escape(value.toString());
    }
    return this;
  }

  CopyText put(@Nullable LocalDate value) {
    return put((Object) PostgresValues.date(value));
  }

  CopyText put(@Nullable LocalDateTime value) {
    return put((Object) PostgresValues.dateTime(value));
  }

  CopyText put(@Nullable Instant value) {
    return put((Object) PostgresValues.time(value));
  }

  CopyText put(@Nullable BigDecimal value) {
    return put((Object) PostgresValues.number(value));
  }

  /** The next column's value, which cannot be null. */
  CopyText putRequired(Instant value) {
    return put((Object) PostgresValues.nearest(value));
  }

  /** The next column's value: an array of texts under an index, each cut to what that can hold. */
  CopyText putIndexed(List<String> values) {
    StringBuilder array = new StringBuilder("{");
    for (String value : values) {
      String cut = value.codePointCount(0, value.length()) <= INDEXED_LENGTH ? value : cut(value);
      array.append(array.length() == 1 ? "" : ",").append('"');
      array.append(cut.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    separate();
    escape(array.append('}'));
    return this;
  }

  /** Ends the row. */
  void end() {
    text.append('\n');
    inRow = false;
  }

  int length() {
    return text.length();
  }

  /** The rows so far, which are in it no more. */
  byte[] take() {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    text.setLength(0);
    return bytes;
  }

  private void separate() {
    if (inRow) {
      text.append('\t');
    }
    inRow = true;
  }

  private static String cut(String value) {
    return value.substring(0, value.offsetByCodePoints(0, INDEXED_LENGTH));
  }

  private void escape(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\0' -> {}
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> text.append(c);
      }
    }
  }
}
