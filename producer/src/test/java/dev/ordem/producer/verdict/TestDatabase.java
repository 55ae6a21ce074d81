package dev.ordem.producer.verdict;

import dev.ordem.contract.Checksum;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.runtime.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A real Postgres, filled as sink and ledger fill it: one server, a new database for each test. */
public final class TestDatabase {
  static final int PARTITIONS = 3;
  public static final UUID GENERATION = new UUID(1, 1);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  public final DataSource source;

  private TestDatabase(DataSource source) {
    this.source = source;
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    /** Migrated once; each test's database is a copy. */
    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        new TestDatabase(postgres.getPostgresDatabase()).run("CREATE DATABASE migrated");
        Migrations.run(postgres.getDatabase("postgres", "migrated"));
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** With the tables of all, and account {@code loja} in a generation of 3 partitions. */
  public static TestDatabase create() throws SQLException {
    String name = "test" + NUMBER.incrementAndGet();
    new TestDatabase(Server.RUNNING.getPostgresDatabase())
        .run("CREATE DATABASE " + name + " TEMPLATE migrated");
    TestDatabase database = new TestDatabase(Server.RUNNING.getDatabase("postgres", name));
    database.run(
        "INSERT INTO generation VALUES ('loja', ?, 'kafka', 'headers', 'enriched', 'pg', ?)",
        GENERATION,
        PARTITIONS);
    return database;
  }

  /** The same with orders 1 to 10 in Postgres and in the ledger. */
  public static TestDatabase holdingTen() throws SQLException {
    TestDatabase database = create();
    database.orders(1, 10);
    database.ledger(10, 5);
    return database;
  }

  /** Runs SQL; how many rows it changed. */
  public int run(String sql, Object... values) throws SQLException {
    try (Connection connection = source.getConnection()) {
      if (values.length == 0) {
        try (var statement = connection.createStatement()) {
          statement.execute(sql);
          return statement.getUpdateCount();
        }
      }
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        set(statement, values);
        statement.execute();
        return statement.getUpdateCount();
      }
    }
  }

  /** The first column of all rows. */
  List<@Nullable String> all(String sql, Object... values) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, values);
      List<@Nullable String> result = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          result.add(rows.getString(1));
        }
      }
      return result;
    }
  }

  /** The first column of the only row. */
  @Nullable String one(String sql, Object... values) throws SQLException {
    List<@Nullable String> rows = all(sql, values);
    if (rows.size() != 1) {
      throw new AssertionError(rows.size() + " rows: " + sql);
    }
    return rows.get(0);
  }

  private static void set(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Orders {@code first} to {@code last} with a change each, as the sink stores them. */
  public void orders(long first, long last) throws SQLException {
    run(
        """
        INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,
          revision, source_at, source_offset, partition, detail_fetched_at)
        SELECT 'loja', n, n % 8, '{}', '{}', true, now(), 1000 + n, now(), n, n % 3, now()
        FROM generate_series(?, ?) AS n
        """,
        first, last);
    run(
        """
        INSERT INTO os_status_history (account, os_id, sequence, id, from_situacao, to_situacao,
          seen_at, source, partition)
        SELECT 'loja', n, s, gen_random_uuid(), CASE WHEN s = 2 THEN 0 END, n % 8, now(), 'header',
          n % 3
        FROM generate_series(?, ?) AS n, generate_series(1, 2) AS s
        """,
        first, last);
  }

  /** Certificates of a ledger that holds orders {@code 1} to {@code last}, as {@link #orders}. */
  public void ledger(long last, long version) throws SQLException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      PartitionDigest numbers = PartitionDigest.NONE;
      for (long id = 1; id <= last; id++) {
        if (id % PARTITIONS == partition) {
          numbers = numbers.plus(order(id));
        }
      }
      run("DELETE FROM account_certificate WHERE partition = ?", partition);
      run(
          """
          INSERT INTO account_certificate
          VALUES ('loja', ?, ?, ?, ?, ?, ?, ?, '{"0": 3}', 0, 0, 0, now(), 0)
          """,
          partition,
          GENERATION,
          version,
          numbers.orders(),
          numbers.ordersXor(),
          numbers.changes(),
          numbers.changesXor());
    }
  }

  static PartitionDigest order(long id) {
    int to = (int) (id % 8);
    long changes = Checksum.ofChange(id, 1, null, to) ^ Checksum.ofChange(id, 2, 0, to);
    return new PartitionDigest(1, Checksum.ofOrder(id, 1000 + id), 2, changes);
  }

  /** A run of this mode whose headers are read, held by a new producer. */
  HeldRun settling(String mode, long seen) throws SQLException {
    HeldRun held = new HeldRun(UUID.randomUUID(), "loja", UUID.randomUUID(), 3);
    String cursor =
        """
        {"pass":0,"offset":0,"ended":true,"seen":%d,"total":%d}
        """
            .formatted(seen, seen);
    run(
        """
        INSERT INTO sync_run (id, account, mode, status, created_at, started_at, request, cursor,
          headers, requested_by, phase, reading, generation, began_at, lease_holder, lease_epoch)
        VALUES (?, 'loja', ?, 'RUNNING', now(), now() - interval '1 minute', jsonb_build_object(
          'mode', 'x' || gen_random_uuid()), ?::jsonb,
          '{"status":"COMPLETE","done":1}', 'api', 'SETTLING', 7, ?, now(), ?, 3)
        """,
        held.id(),
        mode,
        cursor,
        GENERATION,
        held.holder());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      progress(held, partition, 5);
    }
    return held;
  }

  /** All that the run wanted here is settled; the certificate from {@code version} on has it. */
  void progress(HeldRun held, int partition, long version) throws SQLException {
    run("DELETE FROM sync_run_progress WHERE run_id = ? AND partition = ?", held.id(), partition);
    run(
        """
        INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
          unchanged, requested, settled, parked, updated_at, source_offset, reading,
          certificate_version, known, absent)
        VALUES (?, ?, 'loja', true, 10, 2, 0, 8, 4, 4, 0, now(), 0, 7, ?, 10, 0)
        """,
        held.id(),
        partition,
        version);
  }

  @Nullable String of(HeldRun held, String column) throws SQLException {
    return one("SELECT " + column + " FROM sync_run WHERE id = ?", held.id());
  }

  List<@Nullable String> log(HeldRun held) throws SQLException {
    return all("SELECT message FROM sync_run_log WHERE run_id = ? ORDER BY id", held.id());
  }

  /** As a sink that has carried out all repairs. */
  void repaired(long restored) throws SQLException {
    run("UPDATE repair SET done_at = clock_timestamp(), restored = ?", restored);
  }

  /** The ledger counts order {@code id}; Postgres refused it. */
  public void refuse(long id, String when) throws SQLException {
    run("DELETE FROM os WHERE id = ?", id);
    run(
        """
        INSERT INTO os_refused (table_name, account, os_id, state, partition, revision, checksum,
          cause, error, last_at) VALUES ('os', 'loja', ?, 'REFUSED', ?, ?, ?, 'check', 'refused',
        """
            + when
            + ")",
        id,
        (int) (id % PARTITIONS),
        1000 + id,
        order(id).ordersXor());
  }
}
