package dev.ordem.sink.tables;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code sink_position}: how far each partition is stored, kept where it is stored. If it
 * says less than it was told, then Postgres is an older copy of itself, whichever way that was
 * made: a dump, a copy of its files, a recovery to a point in time.
 *
 * <p>The table {@code sink_topic}: which topic of a name that is, as rows keep the number of the
 * one that their offset is of. It counts on before anything of a topic made anew is stored. Used by
 * one thread.
 */
public final class StoredPositions {
  private static final String KNOWN =
      "SELECT topic, partition, topic_id, next_offset FROM sink_position";

  private static final String TOPICS = "SELECT topic, topic_id FROM sink_topic";

  /** The first sink that notices counts on, and no other. */
  private static final String ANOTHER =
      "INSERT INTO sink_topic AS t (topic, topic_id) VALUES (?, ?)"
          + " ON CONFLICT (topic) DO UPDATE SET topic_id = excluded.topic_id, number = t.number + 1"
          + " WHERE t.topic_id <> excluded.topic_id";

  private static final String RESTORED =
      "INSERT INTO restoration (done_at) SELECT NULL WHERE NOT EXISTS"
          + " (SELECT FROM restoration WHERE done_at IS NULL)";

  /** What another sink, which had the partition before, still tells late, is no step back. */
  private static final String TELL =
      "INSERT INTO sink_position AS t (topic, partition, topic_id, next_offset) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (topic, partition) DO UPDATE SET topic_id = excluded.topic_id,"
          + " next_offset = CASE WHEN ? OR t.topic_id <> excluded.topic_id THEN excluded.next_offset"
          + " ELSE greatest(t.next_offset, excluded.next_offset) END";

  private final DataSource database;
  private final Supplier<Map<String, String>> topicIds;
  private @Nullable Map<String, String> ids;

  /**
   * Does no I/O.
   *
   * @param topicIds Kafka's own ids of the topics, by name; throws what Kafka's clients do
   */
  public StoredPositions(DataSource database, Supplier<Map<String, String>> topicIds) {
    this.database = database;
    this.topicIds = topicIds;
  }

  /**
   * How far a partition has come.
   *
   * @param told what Postgres was told before; null: by this sink, nothing yet
   * @param stored all before it is stored; of a partition that this sink has just got, all before
   *     it was committed
   */
  record Place(TopicPartition partition, @Nullable Long told, long stored) {
    long atLeast() {
      return told == null ? stored : told;
    }
  }

  private record Row(String topicId, long next) {}

  /** The topics may be others now. */
  void assigned() {
    ids = null;
  }

  /**
   * Tells Postgres how far it is. Where it turns out to have gone back, that is noted for those who
   * keep the book of runs, before anything of what came since can be stored.
   *
   * @return partitions of which Postgres holds less than was stored in it, and where to go on
   */
  Map<TopicPartition, Long> tell(Collection<Place> places) throws SQLException {
    Map<TopicPartition, Long> behind = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false); // what is not committed is rolled back as it is closed
      Map<String, String> present = present(connection, places);
      Map<TopicPartition, Row> known = known(connection);
      boolean back = false;
      for (Place place : places) {
        String id = present.getOrDefault(place.partition().topic(), "");
        Row row = known.get(place.partition());
        boolean same = row != null && row.topicId.equals(id);
        long next = row != null && same ? row.next : 0;
        if (next < place.atLeast()) {
          behind.put(place.partition(), next);
          back |= same;
        }
        long reached = behind.containsKey(place.partition()) ? next : place.stored();
        if (!same || next != reached) {
          tell(connection, place, id, reached);
        }
      }
      if (back) {
        restored(connection);
      }
      connection.commit();
    }
    return behind;
  }

  /** Kafka's ids now, by topic: asked for again before one is taken for another topic. */
  private Map<String, String> present(Connection connection, Collection<Place> places)
      throws SQLException {
    Map<String, String> stored = new HashMap<>();
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(TOPICS)) {
      while (row.next()) {
        stored.put(row.getString(1), row.getString(2));
      }
    }
    SortedSet<String> topics = new TreeSet<>();
    places.forEach(place -> topics.add(place.partition().topic()));
    if (topics.stream().anyMatch(topic -> isAnother(topic, stored))) {
      ids = null;
    }
    for (String topic : topics) {
      String id = ids().get(topic);
      if (id != null && !id.equals(stored.get(topic))) {
        try (PreparedStatement statement = connection.prepareStatement(ANOTHER)) {
          statement.setString(1, topic);
          statement.setString(2, id);
          statement.executeUpdate();
        }
      }
    }
    return ids();
  }

  private boolean isAnother(String topic, Map<String, String> stored) {
    String before = stored.get(topic);
    return before != null && !before.equals(ids().get(topic));
  }

  private Map<String, String> ids() {
    Map<String, String> present = ids;
    if (present == null) {
      present = topicIds.get();
      ids = present;
    }
    return present;
  }

  private static Map<TopicPartition, Row> known(Connection connection) throws SQLException {
    Map<TopicPartition, Row> known = new HashMap<>();
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(KNOWN)) {
      while (row.next()) {
        known.put(
            new TopicPartition(row.getString(1), row.getInt(2)),
            new Row(row.getString(3), row.getLong(4)));
      }
    }
    return known;
  }

  /** Of a Kafka that lost its last records less is stored than was. */
  private static void tell(Connection connection, Place place, String id, long reached)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TELL)) {
      statement.setString(1, place.partition().topic());
      statement.setInt(2, place.partition().partition());
      statement.setString(3, id);
      statement.setLong(4, reached);
      statement.setBoolean(5, place.told() == null);
      statement.executeUpdate();
    }
  }

  private static void restored(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(RESTORED);
    }
  }
}
