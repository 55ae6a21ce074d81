package dev.ordem.contract;

/**
 * Finds what JSON may say and no UTF-8 can hold: one half of a surrogate pair, as an escape or as
 * the three bytes that would stand for it. Jackson reads both.
 */
final class HalfSurrogates {
  private static final int UNIT = 4;

  private HalfSurrogates() {}

  /** Whether there is one in a text or a name of {@code json}. */
  static boolean in(byte[] json) {
    int i = 0;
    while (i + 1 < json.length) {
      if (json[i] == '\\') {
        int unit = unit(json, i);
        boolean high = isIn(unit, Character.MIN_HIGH_SURROGATE, Character.MAX_HIGH_SURROGATE);
        boolean low = isIn(unit, Character.MIN_LOW_SURROGATE, Character.MAX_LOW_SURROGATE);
        if (low || (high && !isLow(json, i + 2 + UNIT))) {
          return true;
        }
        i += high ? 2 * (2 + UNIT) : 2;
      } else if (json[i] == (byte) 0xed && (json[i + 1] & 0xff) >= 0xa0) {
        return true;
      } else {
        i++;
      }
    }
    return false;
  }

  private static boolean isLow(byte[] json, int at) {
    return isIn(unit(json, at), Character.MIN_LOW_SURROGATE, Character.MAX_LOW_SURROGATE);
  }

  private static boolean isIn(int unit, char least, char most) {
    return unit >= least && unit <= most;
  }

  /** What the escape at that place stands for; -1: it is none of this kind. */
  private static int unit(byte[] json, int at) {
    if (at + 1 + UNIT >= json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 2 + UNIT; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }
}
