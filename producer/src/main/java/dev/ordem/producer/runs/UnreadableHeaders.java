package dev.ordem.producer.runs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Items of lists that cannot be read, by account: each is told once, and again when it changes.
 * Thread safe.
 */
public final class UnreadableHeaders {
  private final DataSource source;

  /** Does no I/O. */
  public UnreadableHeaders(DataSource source) {
    this.source = source;
  }

  /** Those of {@code items} that are not known as they are. */
  public Set<Item> unknown(String account, Collection<Item> items) throws SQLException {
    Set<Item> unknown = new HashSet<>(items);
    if (!items.isEmpty()) {
      Sql.list(
              source,
              "SELECT item, fingerprint, error FROM unreadable_header"
                  + " WHERE account = ? AND item = ANY (?)",
              row ->
                  new Item(
                      row.getString("item"), row.getString("fingerprint"), row.getString("error")),
              account,
              items.stream().map(Item::name).toArray(String[]::new))
          .forEach(
              known ->
                  unknown.removeIf(
                      item ->
                          item.name.equals(known.name)
                              && item.fingerprint.equals(known.fingerprint)));
    }
    return unknown;
  }

  /** Remembers that {@code items} were told. */
  public void remember(String account, Collection<Item> items) throws SQLException {
    if (!items.isEmpty()) {
      Sql.update(
          source,
          """
          INSERT INTO unreadable_header AS known (account, item, fingerprint, error)
          SELECT DISTINCT ON (item) ?, item, fingerprint, error
          FROM unnest(?, ?, ?) AS told (item, fingerprint, error) ORDER BY item
          ON CONFLICT (account, item) DO UPDATE SET last_at = clock_timestamp(),
            first_at = CASE WHEN known.fingerprint = excluded.fingerprint
              THEN known.first_at ELSE clock_timestamp() END,
            fingerprint = excluded.fingerprint, error = excluded.error
          """,
          account,
          items.stream().map(Item::name).toArray(String[]::new),
          items.stream().map(Item::fingerprint).toArray(String[]::new),
          items.stream().map(Item::error).toArray(String[]::new));
    }
  }

  /** In a place that was seen as a whole there are no others than {@code items}. */
  public void forgetOthers(String account, String place, Collection<Item> items)
      throws SQLException {
    Sql.update(
        source,
        "DELETE FROM unreadable_header WHERE account = ?"
            + " AND split_part(item, ',', 1) = ? AND NOT item = ANY (?)",
        account,
        place,
        items.stream().map(Item::name).toArray(String[]::new));
  }

  /**
   * Orders that can be read are none of these, and no row that cannot be is between two of them.
   *
   * @param places where rows would have stood that no page can show, as {@link #behind} names them
   */
  public void readable(String account, Collection<Long> ids, Collection<String> places)
      throws SQLException {
    Sql.update(
        source,
        "DELETE FROM unreadable_header WHERE account = ?"
            + " AND (item = ANY (?) OR split_part(item, ',', 1) = ANY (?))",
        account,
        ids.stream().map(String::valueOf).toArray(String[]::new),
        places.toArray(String[]::new));
  }

  /**
   * What is before the first comma of each name: the place in which it stands, or the item itself.
   */
  public List<String> places(String account) throws SQLException {
    return Sql.list(
        source,
        "SELECT DISTINCT split_part(item, ',', 1) AS place FROM unreadable_header WHERE account = ?",
        row -> row.getString("place"),
        account);
  }

  /**
   * Names the place of a row that no page can show, of which nothing is known but its neighbour.
   *
   * @param id of the row before it; null: there is none
   */
  public static String behind(@Nullable Long id) {
    return id == null ? "at the beginning of the list" : "behind order " + id;
  }

  /** A run has read the whole list: what it did not meet is not there any more. */
  public void forgetUnmet(String account, UUID run) throws SQLException {
    Sql.update(
        source,
        "DELETE FROM unreadable_header WHERE account = ?"
            + " AND last_at < (SELECT started_at FROM sync_run WHERE id = ?)",
        account,
        run);
  }

  /**
   * An item that cannot be read.
   *
   * @param name the order's id, or where it stands in the list
   * @param fingerprint of the item as received
   * @param error why it cannot be read
   * @param rows of the list that it is, where a range cannot be read; else 1
   */
  public record Item(String name, String fingerprint, String error, long rows) {
    /** One row. */
    public Item(String name, String fingerprint, String error) {
      this(name, fingerprint, error, 1);
    }

    /** Tells an item, as it was received, from any other. */
    public static String fingerprint(JsonNode raw) {
      return UUID.nameUUIDFromBytes(raw.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }
  }
}
