package dev.ordem.tiny.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.account.application.Secrets;
import dev.ordem.tiny.account.owner.AccountProblem;
import dev.ordem.tiny.account.owner.TokenClaims;
import dev.ordem.tiny.quota.Postgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenStoreTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final AccountProblem OTHER = AccountProblem.of("another company");

  /** Producer and worker each look whose it is. */
  @Test
  void aRefusalByTwoProcessesKeepsTheAuthorisationOfBefore() throws Exception {
    try (HikariDataSource database = Postgres.database()) {
      Migrations.run(database);
      TokenStore store = new TokenStore(database, Secrets.of(List.of(KEY)));
      TokenClaims nobodys = TokenClaims.of("", "opaque");
      store.importConfigured("loja", "first");
      store.save(
          "loja",
          version(store),
          new TokenAnswer.Pair("access", "first-1", Duration.ofHours(4), nobodys),
          false);
      store.importConfigured("loja", "other");
      long asked = version(store);

      store.refuse("loja", asked, OTHER);
      store.refuse("loja", asked, OTHER);

      store.importConfigured("loja", "first");
      TokenStore.Row row = store.read("loja").orElseThrow();
      assertThat(row.authorised()).isTrue();
      assertThat(row.refresh()).isNotNull();
    }
  }

  private static long version(TokenStore store) throws Exception {
    return store.read("loja").orElseThrow().version();
  }
}
