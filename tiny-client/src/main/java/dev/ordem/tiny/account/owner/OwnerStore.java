package dev.ordem.tiny.account.owner;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whose each account is, in the table {@code identity}; of an account without a sample there, what
 * {@code os} holds.
 */
public final class OwnerStore {
  private static final String SAVE =
      """
      INSERT INTO identity AS o (account, api, company, subject, username, email, orders, sample,
        whose_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, tiny_now())
      ON CONFLICT (account) DO UPDATE SET company = coalesce(excluded.company, o.company),
        subject = CASE WHEN @told THEN excluded.subject ELSE o.subject END,
        username = CASE WHEN @told THEN excluded.username ELSE o.username END,
        email = CASE WHEN @told THEN excluded.email ELSE o.email END,
        whose_at = excluded.whose_at, orders = coalesce(excluded.orders, o.orders),
        sample = CASE WHEN excluded.orders IS NULL AND excluded.sample = '{}' THEN o.sample
          ELSE excluded.sample END
      """
          .replace("@told", "coalesce(excluded.subject, excluded.username) IS NOT NULL");

  /** What the account itself holds of the orders that were shown, and of its own oldest ones. */
  private static final String STORED =
      """
      (SELECT id, numero, data::text AS data, cliente_id, true AS shown
        FROM os WHERE account = ? AND id = ANY (?))
      UNION ALL
      (SELECT id, numero, data::text, cliente_id, false
        FROM os WHERE account = ? AND id <= ? ORDER BY id LIMIT 10)
      """;

  private static final String ALL =
      """
      SELECT n.account, o.*
      FROM (SELECT a.account FROM tiny_account a LEFT JOIN identity i USING (account)
          WHERE a.refresh_token IS NOT NULL AND (a.state = 'READY' OR i.company IS NOT NULL
            OR i.orders IS NOT NULL OR i.sample <> '{}')
        UNION SELECT i.account FROM identity i
          WHERE EXISTS (SELECT FROM os WHERE os.account = i.account)) AS n
      LEFT JOIN identity o ON o.account = n.account
      ORDER BY n.account
      """;

  private static final String JUDGING =
      "SELECT pg_advisory_xact_lock(hashtextextended('ordem whose account', 0))";

  private final DataSource source;
  private final String api;

  /** So that of one process only one holds a connection while it waits for the others'. */
  private final ReentrantLock judging = new ReentrantLock();

  /**
   * Does no I/O.
   *
   * @param api which API the accounts are of, as {@code StoreIdentity} notes it
   */
  public OwnerStore(DataSource source, String api) {
    this.source = source;
    this.api = api;
  }

  /**
   * Every account that is connected, or was and left its orders here, with whose it is. One whose
   * authorisation never worked is nobody's yet.
   */
  public Map<String, AccountOwner> all() throws SQLException {
    Map<String, AccountOwner> owners = new LinkedHashMap<>();
    try (Connection connection = source.getConnection();
        PreparedStatement select = connection.prepareStatement(ALL);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        owners.put(row.getString(1), owner(row));
      }
    }
    return owners;
  }

  /**
   * Judges whose an authorisation is, and notes it: one at a time, over all processes. Else two of
   * one company, each under a name of its own, could both see that nobody has it yet.
   *
   * @param judgement asks nobody but the database
   */
  public <T> T alone(Judgement<T> judgement) throws SQLException, InterruptedException {
    judging.lockInterruptibly();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try {
        statement.execute(JUDGING);
        return judgement.run();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } finally {
      judging.unlock();
    }
  }

  /** What is judged and noted. */
  @FunctionalInterface
  public interface Judgement<T> {
    T run() throws SQLException;
  }

  /** Also of an account that was disconnected. */
  public AccountOwner of(String account) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT * FROM identity WHERE account = ?")) {
      select.setString(1, account);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? owner(row) : AccountOwner.UNKNOWN;
      }
    }
  }

  /** Adds what was seen to what is known: what an authorisation does not tell stays known. */
  public void save(String account, AccountOwner owner) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement insert = connection.prepareStatement(SAVE)) {
      insert.setString(1, account);
      insert.setString(2, api);
      insert.setString(3, owner.company());
      insert.setString(4, owner.subject());
      insert.setString(5, owner.username());
      insert.setString(6, owner.email());
      insert.setObject(7, owner.orders());
      insert.setArray(8, connection.createArrayOf("text", owner.sample().toArray()));
      insert.executeUpdate();
    }
  }

  /** Whether it holds orders of the account. */
  boolean holdsOrders(String account) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT FROM os WHERE account = ? LIMIT 1")) {
      select.setString(1, account);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** For a person who says that the account is another company's from now on. */
  public void forget(String account) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE identity SET company = NULL, subject = NULL, username = NULL, email = NULL,"
                    + " orders = NULL, sample = '{}' WHERE account = ?")) {
      update.setString(1, account);
      update.executeUpdate();
    }
  }

  /**
   * {@code known}, with a sample out of Postgres where it has none: those of the orders now shown
   * that the account holds; or, if it holds none of them although it holds some as old, its own.
   */
  public AccountOwner withStored(String account, AccountOwner known, @Nullable AccountSample shown)
      throws SQLException {
    if (!known.sample().isEmpty() || shown == null) {
      return known;
    }
    List<String> held = new ArrayList<>();
    List<String> own = new ArrayList<>();
    Long[] ids = shown.orders().stream().map(AccountSample.Order::id).toArray(Long[]::new);
    long newest = ids.length == 0 ? Long.MAX_VALUE : ids[ids.length - 1];
    try (Connection connection = source.getConnection();
        PreparedStatement select = connection.prepareStatement(STORED)) {
      select.setString(1, account);
      select.setArray(2, connection.createArrayOf("int8", ids));
      select.setString(3, account);
      select.setLong(4, newest);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          (row.getBoolean("shown") ? held : own).add(stored(row).key());
        }
      }
    }
    return new AccountOwner(
        known.company(),
        known.subject(),
        known.username(),
        known.email(),
        known.orders(),
        held.isEmpty() ? own : held);
  }

  private static AccountSample.Order stored(ResultSet row) throws SQLException {
    return new AccountSample.Order(
        row.getLong("id"),
        row.getString("numero"),
        row.getString("data"),
        (Long) row.getObject("cliente_id"));
  }

  private static AccountOwner owner(ResultSet row) throws SQLException {
    Array sample = row.getArray("sample");
    return new AccountOwner(
        row.getString("company"),
        row.getString("subject"),
        row.getString("username"),
        row.getString("email"),
        (Long) row.getObject("orders"),
        sample == null ? List.of() : List.of((String[]) sample.getArray()));
  }
}
