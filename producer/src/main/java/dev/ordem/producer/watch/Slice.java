package dev.ordem.producer.watch;

import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one look shows: a page of one of Tiny's lists. Each costs one call.
 *
 * @param situacao of {@link Kind#STATUS}; else null
 * @param page from 0, in the order of the list
 */
public record Slice(Kind kind, @Nullable Integer situacao, int page) {
  /** Rows of a page. */
  public static final int ROWS = 100;

  /** From one page to the next: they share a row, so that no id lies between them unseen. */
  public static final int STEP = ROWS - 1;

  private static final Pattern NAME = Pattern.compile("(newest|status-(\\d)|range)/(\\d{1,6})");

  /** Which list. */
  public enum Kind {
    /** The newest orders, whatever their status. */
    NEWEST,
    /** A page of the orders of one open status, oldest first. */
    STATUS,
    /** A page of all orders, oldest first: mostly those that are over. */
    RANGE
  }

  public static Slice newest() {
    return new Slice(Kind.NEWEST, null, 0);
  }

  public static Slice ofStatus(int situacao, int page) {
    return new Slice(Kind.STATUS, situacao, page);
  }

  public static Slice range(int page) {
    return new Slice(Kind.RANGE, null, page);
  }

  /** How it is stored: {@code newest/0}, {@code status-6/2}, {@code range/17}. */
  public String name() {
    return list() + "/" + page;
  }

  /** The list it is a page of: {@code newest}, {@code status-6} or {@code range}. */
  public String list() {
    return switch (kind) {
      case NEWEST -> "newest";
      case STATUS -> "status-" + situacao;
      case RANGE -> "range";
    };
  }

  /** The slice of that {@link #name}; empty: none has it. */
  public static Optional<Slice> named(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int page = Integer.parseInt(parts.group(3));
    if (parts.group(2) != null) {
      return Optional.of(ofStatus(Integer.parseInt(parts.group(2)), page));
    }
    return Optional.of(parts.group(1).equals("newest") ? newest() : range(page));
  }

  /** Whether people's present work shows there; ranges are for what is over. */
  public boolean quick() {
    return kind != Kind.RANGE;
  }

  /** The call that shows it. */
  public HeaderQuery query() {
    return query(ROWS, first());
  }

  /** A call that shows a part of its list. */
  public HeaderQuery query(int limit, long offset) {
    HeaderQuery.Order order = kind == Kind.NEWEST ? HeaderQuery.Order.DESC : HeaderQuery.Order.ASC;
    return new HeaderQuery(situacao, null, null, order, limit, offset, Priority.LOOK);
  }

  /** Offset of its first row. */
  public long first() {
    return (long) page * STEP;
  }

  /** Offset behind its last row. */
  public long end() {
    return first() + ROWS;
  }
}
