package dev.ordem.sink.repair;

import dev.ordem.contract.Topic;
import dev.ordem.sink.tables.Change;
import java.sql.SQLException;
import java.util.List;

/**
 * A table beside what a topic says of one account in one partition, in temporary tables of one
 * connection.
 *
 * <p>What is in the table now was committed to the topic before now, or put there by hand. So rows
 * that differ are noted, then the topic is read to its present end, and what still differs and has
 * not moved meanwhile is wrong, whatever the store loops do at the same time.
 */
sealed interface Comparison permits OrderComparison, HistoryComparison {
  Topic<?> topic();

  /** Makes the temporary tables, empty. */
  void begin() throws SQLException;

  /** Notes what the topic says. */
  void seen(List<Change<?>> changes) throws SQLException;

  /** Notes the rows that differ from what was seen so far; whether there are any. */
  boolean suspect() throws SQLException;

  /**
   * Puts right what can be without the records: tombstones.
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
   * Sets aside the rows that the topic does not know, and forgets those that it knows by now.
   *
   * @param partitions of the topic
   * @return how many stand aside
   */
  long extras(int partitions) throws SQLException;
}
