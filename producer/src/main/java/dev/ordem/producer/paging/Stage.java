package dev.ordem.producer.paging;

/** What a run does next. */
public sealed interface Stage {
  /** Reads a list from its first page to its last. */
  record Read(Pass pass) implements Stage {}

  /**
   * Asks whether all that there is was seen, of lists by status by how many orders there are: if
   * none was deleted since the first of them was begun, and as many were seen, nothing was missed,
   * and the reading is over; else the next stage reads the whole list.
   */
  record Count() implements Stage {}
}
