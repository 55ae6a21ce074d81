package dev.ordem.tiny.account.owner;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.quota.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose an authorisation is where nothing but persons is known: neither yes nor no. */
class OwnerCheckTest {
  private static final TokenClaims ANA = new TokenClaims(null, "1", "ana", null);
  private static final TokenClaims BIA = new TokenClaims(null, "2", "bia", null);

  private HikariDataSource database;
  private OwnerStore owners;
  private OwnerCheck check;

  @BeforeEach
  void open() throws Exception {
    database = Postgres.database();
    Migrations.run(database);
    owners = new OwnerStore(database, "api");
    check = new OwnerCheck(owners);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void anotherPersonForAKnownNameIsADoubtThatAPersonSettles() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, null));
    assertThat(refusal("loja", BIA).orElseThrow())
        .startsWith("Perhaps another company")
        .contains("ana", "bia", "--confirm-company");
    assertThat(refusal("loja", ANA)).isEmpty();
    assertThat(refusal("filial", BIA)).isEmpty();
  }

  @Test
  void onePersonForTwoNamesIsADoubtWhileBothAreConnected() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, null));
    assertThat(refusal("filial", ANA)).isEmpty();
    connect("loja");
    assertThat(refusal("filial", ANA).orElseThrow())
        .startsWith("Perhaps the same company")
        .contains("account loja");
    assertThat(refusal("filial", BIA)).isEmpty();
  }

  @Test
  void aNameThatWasDisconnectedCountsAsLongAsItsOrdersAreHere() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, null));
    assertThat(refusal("filial", ANA)).isEmpty();
    execute(
        "INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,"
            + " revision, source_at, source_offset)"
            + " VALUES ('loja', 1, 0, '{}', '{}', false, now(), 1, now(), 1)");
    assertThat(refusal("filial", ANA).orElseThrow())
        .contains("same company", "account loja", "--confirm-company");
    assertThat(refusal("loja", ANA)).isEmpty();
    assertThat(refusal("filial", BIA)).isEmpty();
  }

  @Test
  void whoseARenewedTokenIsIsNotedOnceAndComparedEverAfter() throws Exception {
    check.learn("loja", TokenClaims.NONE);
    assertThat(owners.of("loja").isUnknown()).isTrue();
    assertThat(check.ofRenewal("loja", ANA)).isEmpty();
    check.learn("loja", ANA);
    check.learn("loja", BIA);
    assertThat(owners.of("loja").username()).isEqualTo("ana");
    assertThat(check.ofRenewal("loja", ANA)).isEmpty();
    assertThat(check.ofRenewal("loja", BIA).orElseThrow()).contains("ana", "bia");
  }

  private Optional<String> refusal(String account, TokenClaims seen) throws SQLException {
    return check.refusal(account, AccountOwner.of(seen, null), null);
  }

  private void connect(String account) throws SQLException {
    execute("INSERT INTO tiny_account (account, refresh_token) VALUES ('" + account + "', '')");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
