package dev.ordem.runtime;

/**
 * Where the database is.
 *
 * @param url for JDBC
 * @param user whom to log in as
 * @param password never printed
 * @param variables that say whom, for people to put right
 */
public record Postgres(String url, String user, String password, String variables) {
  /** By {@code POSTGRES_USER} and {@code POSTGRES_PASSWORD}. */
  public Postgres(String url, String user, String password) {
    this(url, user, password, "POSTGRES_USER and POSTGRES_PASSWORD");
  }

  @Override
  public String toString() {
    return user + " at " + url;
  }
}
