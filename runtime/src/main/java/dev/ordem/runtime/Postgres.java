package dev.ordem.runtime;

/**
 * Where the database is.
 *
 * @param url for JDBC
 * @param user whom to log in as
 * @param password never printed
 */
public record Postgres(String url, String user, String password) {
  @Override
  public String toString() {
    return user + " at " + url;
  }
}
