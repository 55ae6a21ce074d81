package dev.ordem.producer.api.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request means that does not say.
 *
 * @param account that the variables describe
 * @param max most headers of a run that names none; null: all
 */
public record RequestDefaults(String account, @Nullable Long max) {
  /**
   * The account of a request that names none: that of the variables, or else the only one that is
   * connected.
   *
   * @throws dev.ordem.runtime.http.Problem if there are several others, or Postgres is away
   */
  public String meant(ApiDatabase database) {
    return database
        .first(row -> row.getString(1), "SELECT ordem_meant_account(?)", account)
        .orElse(account);
  }
}
