package dev.ordem.runtime;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where the database is.
 *
 * @param url for JDBC
 * @param user whom to log in as
 * @param password never printed
 * @param variables which ones a person sets right if nobody is let in, such as {@code POSTGRES_USER
 *     and POSTGRES_PASSWORD}
 */
public record Postgres(String url, String user, String password, String variables) {
  static final String EXAMPLE = "jdbc:postgresql://host:5432/database";

  private static final String PREFIX = "jdbc:postgresql:";

  /** Above all of the driver's own, which would tell beside us, and show parts of the URL. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  /** Whether the driver knows from it where the database is. */
  static boolean isReadable(String url) {
    Level before = DRIVER.getLevel();
    DRIVER.setLevel(Level.OFF);
    try {
      return url.startsWith(PREFIX)
          && !withoutOptions(url).contains("@")
          && DriverManager.getDriver(url).acceptsURL(url);
    } catch (SQLException e) { // says no more than: no suitable driver
      return false;
    } finally {
      DRIVER.setLevel(before);
    }
  }

  /** A parameter of the driver: as the URL has it, where it does. */
  String parameter(String name, String otherwise) {
    Properties given = new Properties();
    given.setProperty(name, otherwise);
    try {
      return Arrays.stream(DriverManager.getDriver(url).getPropertyInfo(url, given))
          .filter(info -> info.name.equals(name))
          .map(info -> info.value)
          .findFirst()
          .orElse(otherwise);
    } catch (SQLException e) {
      return otherwise; // what is wrong with the URL is told by whoever connects
    }
  }

  /** What stands behind the question mark may be a password. */
  private static String withoutOptions(String url) {
    return url.split("\\?", 2)[0];
  }

  @Override
  public String toString() {
    return user + " at " + withoutOptions(url);
  }
}
