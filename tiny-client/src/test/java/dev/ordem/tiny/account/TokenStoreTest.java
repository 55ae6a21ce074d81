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
  private static final Secrets SECRETS = Secrets.of(List.of(KEY));
  private static final AccountProblem OTHER = AccountProblem.of("another company");

  /** Producer and worker each look whose it is. */
  @Test
  void aRefusalByTwoProcessesKeepsTheAuthorisationOfBefore() throws Exception {
    try (HikariDataSource database = Postgres.database()) {
      Migrations.run(database);
      TokenStore store = new TokenStore(database, SECRETS);
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

  /** Another process may still be at it: its refresh token must not be used a second time. */
  @Test
  void aRenewalUnderWayWhileTheClockIsSetBackKeepsALeaseAndNoMore() throws Exception {
    try (HikariDataSource database = Postgres.database()) {
      Migrations.run(database);
      TokenStore store = new TokenStore(database, SECRETS);
      store.importConfigured("loja", "first");
      long asked = version(store);
      assertThat(claim(database, store, asked)).isInstanceOf(RenewalClaims.Claim.Mine.class);
      ahead(database, "renewal_until", "1 hour");

      assertThat(claim(database, store, asked)).isInstanceOf(RenewalClaims.Claim.NotMine.class);
      assertThat(store.read("loja").orElseThrow().pending())
          .isPositive()
          .isLessThanOrEqualTo((double) Tokens.LEASE.toSeconds());
    }
  }

  @Test
  void whatWasPutOffByAClockThatWasAheadIsDue() throws Exception {
    try (HikariDataSource database = Postgres.database()) {
      Migrations.run(database);
      TokenStore store = new TokenStore(database, SECRETS);
      store.importConfigured("loja", "first");
      assertThat(store.due()).isEmpty();
      ahead(database, "renew_at", "1 year");
      assertThat(store.due()).containsExactly("loja");
      assertThat(store.read("loja").orElseThrow().due()).isNegative();

      ahead(database, "retry_at", "1 minute");
      assertThat(store.due()).as("it failed a moment ago").isEmpty();
      ahead(database, "retry_at", "1 year");
      assertThat(store.due()).containsExactly("loja");
      assertThat(claim(database, store, version(store)))
          .isInstanceOf(RenewalClaims.Claim.Mine.class);
      assertThat(store.due()).as("under way").isEmpty();
    }
  }

  private static RenewalClaims.Claim claim(
      HikariDataSource database, TokenStore store, long version) throws Exception {
    return new RenewalClaims(database, store, SECRETS).claim("loja", version, Tokens.LEASE);
  }

  private static void ahead(HikariDataSource database, String column, String interval)
      throws Exception {
    Postgres.execute(
        database,
        "update tiny_account set %s = tiny_now() + interval '%s'".formatted(column, interval));
  }

  private static long version(TokenStore store) throws Exception {
    return store.read("loja").orElseThrow().version();
  }
}
