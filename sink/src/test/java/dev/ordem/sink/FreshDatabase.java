package dev.ordem.sink;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Postgres for all tests of a class, each of which finds a migrated database of its own. */
public final class FreshDatabase
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
  private @Nullable EmbeddedPostgres server;
  private @Nullable TestDatabase database;
  private @Nullable HikariDataSource pool;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    server = TestDatabase.server("logical");
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    database = TestDatabase.migrated(requireNonNull(server));
    pool = database.pool();
  }

  /** That of this test. */
  public TestDatabase database() {
    return requireNonNull(database);
  }

  /** Connections to it. */
  public HikariDataSource pool() {
    return requireNonNull(pool);
  }

  /** Others in their place, each of which begins with a statement. */
  public HikariDataSource pool(String first) {
    pool().close();
    pool = database().pool(first);
    return pool;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    pool().close();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    requireNonNull(server).close();
  }
}
