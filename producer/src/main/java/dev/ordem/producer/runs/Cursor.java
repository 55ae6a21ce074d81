package dev.ordem.producer.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of a run stands, as the column {@code cursor} of its row keeps it. Of a run
 * that makes several passes, all but the place in the list is about all of them. Immutable.
 *
 * @param pass number of the pass, from 0
 * @param offset of the next page
 * @param lastId last id read, in the order of the list; null: nothing read in this pass
 * @param ended whether the last pass was read to its end
 * @param highestId highest id read; null: none
 * @param seen distinct orders read
 * @param unreadable rows of pages that could not be read
 * @param total how many orders there are, as the last page of a list of everything told, be it read
 *     to its end or not; null: none told
 * @param left how many orders left the list while it was read, as the totals of one page after the
 *     other told: the sum of all that they fell by
 * @param refusedByKafka orders whose header Kafka did not take
 * @param totals how many orders there are in each status, where lists by status were read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Cursor(
    int pass,
    long offset,
    @Nullable Long lastId,
    boolean ended,
    @Nullable Long highestId,
    long seen,
    Unreadable unreadable,
    @Nullable Long total,
    long left,
    List<Long> refusedByKafka,
    Map<Integer, Long> totals) {
  /** Nothing is read yet. */
  public static final Cursor START =
      new Cursor(0, 0, null, false, null, 0, Unreadable.NONE, null, 0, List.of(), Map.of());

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** What is left out in JSON is empty. */
  public Cursor {
    unreadable = unreadable == null ? Unreadable.NONE : unreadable;
    refusedByKafka = refusedByKafka == null ? List.of() : List.copyOf(refusedByKafka);
    totals = totals == null ? Map.of() : Map.copyOf(totals);
  }

  /**
   * Rows that could not be read.
   *
   * @param count all of them
   * @param names ids, or else places, of the first 20
   */
  public record Unreadable(long count, List<String> names) {
    /** All could be read. */
    public static final Unreadable NONE = new Unreadable(0, List.of());

    /** Copies the list. */
    public Unreadable {
      names = names == null ? List.of() : List.copyOf(names);
    }
  }

  /**
   * Whether the list showed all that it counts. Of orders that leave it while it is read, some were
   * read and others not; and one that is counted and never shown looks like one of the latter. Only
   * where as many more were shown than are counted in the end as left it, neither was there.
   */
  public boolean addsUp() {
    return total != null && seen + unreadable.count() + refusedByKafka.size() - total == left;
  }

  /** Reads the column. */
  public static Cursor parse(String json) {
    try {
      return JSON.readValue(json, Cursor.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no cursor: " + json, e);
    }
  }

  /** As the column holds it. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + this, e);
    }
  }
}
