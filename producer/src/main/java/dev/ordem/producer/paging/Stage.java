package dev.ordem.producer.paging;

/** What a run does next. */
public sealed interface Stage {
  /** Reads a list from its first page to its last. */
  record Read(Pass pass) implements Stage {}

  /**
   * Asks how many orders there are: if none was deleted since the first list was begun, and as many
   * were seen, nothing was missed, and the reading is over; else the next stage reads the whole
   * list.
   */
  record Count() implements Stage {}

  /** Over, if the whole list that was read adds up; else the next stage reads it once more. */
  record Judge() implements Stage {}
}
