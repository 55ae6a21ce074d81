package dev.ordem.detail.ledger;

import java.util.List;

/**
 * A page of the list, asked for and perhaps not yet there.
 *
 * @param taken whether its content is of the moment when it was asked for
 * @param items what it shows, if it is taken
 * @param size most items
 * @param last whether nothing follows it
 */
record ModelPage(
    ModelRun run,
    long reading,
    long asked,
    boolean taken,
    List<Item> items,
    int size,
    boolean last) {
  record Item(long id, ModelTiny.Shown shown) {}
}
