package dev.ordem.runtime;

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
  @Override
  public String toString() {
    return user + " at " + url;
  }
}
