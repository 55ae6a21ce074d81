package dev.ordem.bench.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What may befall an answer. */
enum MutationKind {
  FLIP(Level.BYTES),
  CUT_OFF(Level.BYTES),
  GAP(Level.BYTES),
  INSERTION(Level.BYTES),
  DUPLICATE(Level.BYTES),
  INVALID_UTF8(Level.BYTES),
  NUL(Level.BYTES),
  OTHER_TYPE(Level.JSON),
  KEY_DROPPED(Level.JSON),
  KEY_TWICE(Level.JSON),
  KEY_RENAMED(Level.JSON),
  HUGE_NUMBER(Level.JSON),
  HUGE_TEXT(Level.JSON),
  DEEP(Level.JSON),
  HALF_SURROGATE(Level.JSON),
  EMPTY_FORM(Level.JSON),
  ARRAY(Level.JSON),
  STATUS(Level.HTTP),
  CONTENT_TYPE(Level.HTTP),
  CONTENT_ENCODING(Level.HTTP),
  CONTENT_LENGTH(Level.HTTP),
  CHUNKS(Level.HTTP),
  DRIP(Level.HTTP),
  RATE_HEADERS(Level.HTTP),
  REDIRECT(Level.HTTP),
  NO_ANSWER(Level.HTTP),
  ODD_HEAD(Level.HTTP),
  HUGE_BODY(Level.HTTP),
  /** 401, 402, 403, 429: of the whole account once in a while, of an item of a list for ever. */
  ACCOUNT(Level.ACCOUNT),
  /** Of a page: what is round its items. */
  ENVELOPE(Level.ENVELOPE);

  /** What a mutation has to know of an answer. */
  enum Level {
    BYTES,
    JSON,
    HTTP,
    ACCOUNT,
    ENVELOPE
  }

  private final Level level;

  MutationKind(Level level) {
    this.level = level;
  }

  Level level() {
    return level;
  }

  static List<MutationKind> of(Level level) {
    return Arrays.stream(values()).filter(kind -> kind.level == level).toList();
  }

  /** As the table calls it. */
  String label() {
    return level.name().toLowerCase(Locale.ROOT)
        + ": "
        + name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
