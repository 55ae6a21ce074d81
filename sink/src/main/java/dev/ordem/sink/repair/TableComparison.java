package dev.ordem.sink.repair;

import dev.ordem.contract.Topic;
import dev.ordem.sink.tables.Change;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * A table beside what a topic says of one account in one partition, in temporary tables of one
 * connection.
 *
 * <p>What is in the table now was committed to the topic before now, or put there by hand. So rows
 * that differ are noted, then the topic is read to its present end, and what still differs and has
 * not moved meanwhile is wrong, whatever the store loops do at the same time.
 */
sealed interface TableComparison permits OrderComparison, HistoryComparison {
  Topic<?> topic();

  /** Makes the temporary tables, empty. */
  void begin() throws SQLException;

  /**
   * Notes what the topic says.
   *
   * @return the orders of which it says something that the table does not hold
   */
  Set<Long> seen(List<Change<?>> changes) throws SQLException;

  /** Notes the rows that differ from what was seen so far; whether there are any. */
  boolean suspect() throws SQLException;

  /**
   * Puts right what can be without the records: of orders tombstones, of transitions partitions.
   *
   * @return how many rows
   */
  long mark() throws SQLException;

  /**
   * Makes the rows that are wrong ready to be stored anew.
   *
   * @return how many rows
   */
  long reopen() throws SQLException;

  /**
   * Puts rows that the topic does not know under the partitions that they belong to.
   *
   * @param partitions of the topic
   * @return other partitions that have rows now which they had not
   */
  Set<Integer> move(int partitions) throws SQLException;

  /**
   * Sets aside the rows that the topic does not know, and forgets those that it knows by now.
   *
   * @return how many stand aside
   */
  long extras() throws SQLException;
}
