package dev.ordem.tiny.order;

/**
 * Halves of surrogate pairs that stand alone. Java's texts can have them, UTF-8 cannot, and JSON
 * can in escapes: a parser lets them pass in values and refuses them in names, a writer refuses
 * them everywhere.
 */
final class SurrogateHalves {
  static final char REPLACEMENT = '\uFFFD';
  private static final int ESCAPE = 6;

  private SurrogateHalves() {}

  /** With U+FFFD in the place of each. */
  static String replaced(String text) {
    if (text.chars().noneMatch(code -> Character.isSurrogate((char) code))) {
      return text;
    }
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints().map(SurrogateHalves::whole).forEach(whole::appendCodePoint);
    return whole.toString();
  }

  private static int whole(int code) {
    boolean half = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    return half ? REPLACEMENT : code;
  }

  /** JSON with an escaped U+FFFD in the place of each that is escaped. */
  static String replacedInEscapes(String json) {
    StringBuilder whole = new StringBuilder();
    int copied = 0;
    int at = json.indexOf('\\');
    while (at >= 0) {
      int step = step(json, at);
      if (step == ESCAPE && Character.isSurrogate(escaped(json, at))) {
        whole.append(json, copied, at).append("\\ufffd");
        copied = at + ESCAPE;
      }
      at = json.indexOf('\\', at + step);
    }
    return copied == 0 ? json : whole.append(json, copied, json.length()).toString();
  }

  /** How long the escape is: a pair is one. */
  private static int step(String json, int at) {
    char first = escaped(json, at);
    if (first == 0) {
      return 2;
    }
    boolean pair =
        Character.isHighSurrogate(first) && Character.isLowSurrogate(escaped(json, at + ESCAPE));
    return pair ? 2 * ESCAPE : ESCAPE;
  }

  /** The sign that is escaped there with four digits; 0: none is. */
  private static char escaped(String json, int at) {
    if (!json.startsWith("\\u", at) || at + ESCAPE > json.length()) {
      return 0;
    }
    int code = 0;
    for (int i = at + 2; i < at + ESCAPE; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return 0;
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }
}
