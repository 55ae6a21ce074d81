package dev.ordem.producer.api.http;

import dev.ordem.runtime.http.Problem;
import dev.ordem.tiny.AccountHealth;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a name that nobody has from an account of which there is nothing to show. */
public final class NamedAccount {
  private static final String LEFT =
      """
      SELECT EXISTS (SELECT FROM sync_run WHERE account = ?)
        OR EXISTS (SELECT FROM os WHERE account = ?)
      """;

  private final ApiDatabase database;
  private final Supplier<List<AccountHealth>> accounts;

  /** Does no I/O. */
  public NamedAccount(ApiDatabase database, Supplier<List<AccountHealth>> accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  /**
   * To be asked where a list is empty, as only then it matters. One that was disconnected is there
   * as long as orders or runs of it are.
   *
   * @param name null: the request names none
   * @throws Problem not found, if there never was one of this name
   */
  public void require(@Nullable String name) {
    if (name == null || accounts.get().stream().anyMatch(each -> each.account().equals(name))) {
      return;
    }
    if (!database.first(row -> row.getBoolean(1), LEFT, name, name).orElse(false)) {
      throw unknown(name);
    }
  }

  /** There is no account of this name. */
  public static Problem unknown(String name) {
    return Problem.notFound("there is no account " + name + "; GET /api/accounts lists them");
  }
}
