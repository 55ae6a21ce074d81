package dev.ordem.producer.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a page means for its pass. */
public sealed interface PageOutcome {

  /**
   * Read on.
   *
   * @param fresh ids of the page that stand behind the last one read; empty after a step back
   * @param next where
   */
  record Go(List<Long> fresh, Position next) implements PageOutcome {}

  /**
   * The pass has read its list.
   *
   * @param fresh ids of the page that stand behind the last one read
   * @param lastId id of the last row of the pass; null if the list was empty
   */
  record End(List<Long> fresh, @Nullable Long lastId) implements PageOutcome {}

  /**
   * The list cannot be read whole.
   *
   * @param why for people
   */
  record GiveUp(String why) implements PageOutcome {}
}
