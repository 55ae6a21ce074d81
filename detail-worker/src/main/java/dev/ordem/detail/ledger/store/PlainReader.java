package dev.ordem.detail.ledger.store;

import dev.ordem.contract.InstantText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Reads JSON that is known byte by byte, but for its values. Not a parser: what it meets is what is
 * expected, or it is {@link OtherForm}. Used for one text.
 */
final class PlainReader {
  private static final int UUID_LENGTH = 36;

  private final byte[] bytes;
  private int at;

  PlainReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  /** Whether this comes next; if so it is passed. */
  boolean next(byte[] literal) {
    int end = at + literal.length;
    if (end > bytes.length) {
      return false;
    }
    for (int i = 0; i < literal.length; i++) {
      if (bytes[at + i] != literal[i]) {
        return false;
      }
    }
    at = end;
    return true;
  }

  PlainReader pass(byte[] literal) throws OtherForm {
    if (!next(literal)) {
      throw new OtherForm();
    }
    return this;
  }

  /** Whether nothing is left. */
  boolean ended() {
    return at == bytes.length;
  }

  /** A whole number that a long can hold. */
  long number() throws OtherForm {
    boolean negative = at < bytes.length && bytes[at] == '-';
    int first = negative ? at + 1 : at;
    int end = first;
    long number = 0;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9' && end < first + 19) {
      number = 10 * number + bytes[end++] - '0';
    }
    if (end == first) {
      throw new OtherForm();
    }
    if (end == first + 19) {
      number = wholeNumber(end);
    } else if (negative) {
      number = -number;
    }
    at = end;
    return number;
  }

  private long wholeNumber(int end) throws OtherForm {
    try {
      return Long.parseLong(new String(bytes, at, end - at, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      throw new OtherForm();
    }
  }

  int integer() throws OtherForm {
    long number = number();
    if (number != (int) number) {
      throw new OtherForm();
    }
    return (int) number;
  }

  boolean flag(byte[] yes, byte[] no) throws OtherForm {
    if (next(yes)) {
      return true;
    }
    pass(no);
    return false;
  }

  /** Up to the next quotation mark, which is passed; of ASCII in which nothing is escaped. */
  String text() throws OtherForm {
    int end = at;
    while (end < bytes.length && bytes[end] != '"') {
      if (bytes[end] < ' ' || bytes[end] == '\\') { // negative: not ASCII
        throw new OtherForm();
      }
      end++;
    }
    if (end == bytes.length) {
      throw new OtherForm();
    }
    String text = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    at = end + 1;
    return text;
  }

  Instant instant() throws OtherForm {
    Instant instant = InstantText.parse(text());
    if (instant == null) {
      throw new OtherForm();
    }
    return instant;
  }

  UUID uuid() throws OtherForm {
    String text = text();
    if (text.length() != UUID_LENGTH) {
      throw new OtherForm();
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new OtherForm();
    }
  }

  /** It is not what was expected, and may be right all the same. */
  static final class OtherForm extends Exception {
    private static final long serialVersionUID = 1L;

    OtherForm() {
      super("not the form that is read here", null, false, false);
    }
  }
}
