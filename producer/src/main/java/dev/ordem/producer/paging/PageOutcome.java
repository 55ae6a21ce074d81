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
   * The page shows nothing behind the last row read but rows without a readable id, so that no page
   * of its size that begins at a known row shows what follows: they are to be gone round.
   */
  record Around() implements PageOutcome {}

  /**
   * The list cannot be read whole.
   *
   * @param why for people
   */
  record GiveUp(String why) implements PageOutcome {}
}
