package dev.ordem.sink;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of {@code COPY}.
 *
 * <p>U+0000 is left out of every text: Postgres cannot hold it, and Tiny's free text may.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Text Format</a>
 */
final class CopyText {
  private final StringBuilder text = new StringBuilder();
  private boolean inRow;
  private int rows;

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

  /** The next column's value: an array of text. */
  CopyText put(List<String> values) {
    StringBuilder array = new StringBuilder("{");
    for (String value : values) {
      array.append(array.length() == 1 ? "" : ",").append('"');
      array.append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    separate();
    escape(array.append('}'));
    return this;
  }

  /** Ends the row. */
  void end() {
    text.append('\n');
    inRow = false;
    rows++;
  }

  int rows() {
    return rows;
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void separate() {
    if (inRow) {
      text.append('\t');
    }
    inRow = true;
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
