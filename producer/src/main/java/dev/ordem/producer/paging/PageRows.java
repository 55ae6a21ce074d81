package dev.ordem.producer.paging;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What paging needs to know of a page.
 *
 * @param rows in the order of the page
 * @param offset that the server applied
 * @param total rows of the whole list as the server counts them; null where it does not say
 */
public record PageRows(List<Row> rows, long offset, @Nullable Long total) {
  /**
   * A row.
   *
   * @param id as it says; null: it cannot be read
   * @param sound whether that can be its own; else the row is as one without an id
   */
  public record Row(@Nullable Long id, boolean sound) {
    /** One without an id that can be read. */
    public static final Row NAMELESS = new Row(null, false);

    /** One whose id can be its own. */
    public static Row of(long id) {
      return new Row(id, true);
    }
  }

  /** Copies the list. */
  public PageRows {
    rows = List.copyOf(rows);
  }

  /** Ids of the readable rows, in the order of the page. */
  public List<Long> ids() {
    return rows.stream().filter(Row::sound).map(row -> Objects.requireNonNull(row.id())).toList();
  }

  /** Rows of the page. */
  public int size() {
    return rows.size();
  }

  /** Rows whose id cannot be read, or not be theirs. */
  public int nameless() {
    return (int) rows.stream().filter(row -> !row.sound()).count();
  }

  /** Rows behind the last one that has an id, which is there. */
  int behindLast() {
    int behind = 0;
    while (!rows.get(rows.size() - 1 - behind).sound()) {
      behind++;
    }
    return behind;
  }

  /** Rows before the first one that has an id; all, if none has. */
  public int beforeFirst() {
    int before = 0;
    while (before < rows.size() && !rows.get(before).sound()) {
      before++;
    }
    return before;
  }

  /** Whether its last row has no id that can be read. */
  public boolean endsNameless() {
    return !rows.isEmpty() && !rows.get(rows.size() - 1).sound();
  }

  /** Whether a row says that it is {@code id}, and cannot be. */
  boolean denies(long id) {
    return rows.contains(new Row(id, false));
  }
}
