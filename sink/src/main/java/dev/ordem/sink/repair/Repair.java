package dev.ordem.sink.repair;

import java.util.List;

/**
 * A row of {@code repair} that this sink has taken.
 *
 * @param extras whether rows that the topics do not know are to be set aside
 */
record Repair(long id, String account, List<Integer> partitions, boolean extras) {
  Repair {
    partitions = List.copyOf(partitions);
  }
}
