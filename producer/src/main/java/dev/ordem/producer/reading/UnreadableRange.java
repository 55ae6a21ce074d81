package dev.ordem.producer.reading;

import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.http.TinyError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows side by side that no page can show: a few, each of which was asked for, or many, of which
 * the first few were and the last.
 *
 * @param first offset of the first one
 * @param end offset of the row behind the last one
 * @param errors of the first few
 */
public record UnreadableRange(long first, long end, List<TinyError> errors) {
  /** So many are asked for one by one. */
  public static final int FEW = 3;

  /** Copies the list. */
  public UnreadableRange {
    errors = List.copyOf(errors);
  }

  long rows() {
    return end - first;
  }

  /** Those that tell whether it still is what it was; at least one. */
  public List<Long> offsets() {
    List<Long> offsets = new ArrayList<>();
    for (long offset = few() ? first : end - 1; offset < end; offset++) {
      offsets.add(offset);
    }
    return offsets;
  }

  /** A few are named one by one, many together: by their neighbour, as nothing else is known. */
  public List<Item> items(@Nullable Long lastId) {
    String behind = UnreadableHeaders.behind(lastId);
    List<Item> items = new ArrayList<>();
    if (few()) {
      for (int i = 0; i < rows(); i++) {
        items.add(item(behind + ", row " + (first + i + 1), errors.get(i), 1));
      }
    } else {
      items.add(item(behind + ", rows " + (first + 1) + " to " + end, errors.get(0), rows()));
    }
    return items;
  }

  private boolean few() {
    return rows() <= errors.size();
  }

  private static Item item(String place, TinyError error, long rows) {
    return new Item(place, error.cause() + " " + error.status(), error.message(), rows);
  }
}
