package dev.ordem.producer.looking;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.producer.runs.MigratedDatabase;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for all tests of a class, and connections to it; each test empties it first. */
final class WatchDatabase implements AfterAllCallback {
  final MigratedDatabase database;
  final HikariDataSource pool;

  WatchDatabase() {
    try {
      database = new MigratedDatabase();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
    pool = database.pool(10);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    pool.close();
    database.close();
  }
}
