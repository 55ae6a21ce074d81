package dev.ordem.tiny.account.owner;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.quota.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an authorisation is where it is not plain: neither yes nor no, and never silently yes. */
class OwnerCheckTest {
  private static final TokenClaims ANA = new TokenClaims(null, "1", "ana", "ana@x.example");
  private static final TokenClaims BIA = new TokenClaims(null, "2", "bia", null);
  private static final SampleReading UNREAD = new SampleReading.Unreadable("429");
  private static final SampleReading EMPTY =
      new SampleReading.Shown(new AccountSample(List.of(), 0L));
  private static final AccountSample.Order ORDER =
      new AccountSample.Order(7, "103", "2026-01-02", 9L);
  private static final SampleReading ORDERS =
      new SampleReading.Shown(new AccountSample(List.of(ORDER), 1L));

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
    AccountProblem doubt = refusal("loja", BIA, EMPTY).orElseThrow();
    assertThat(doubt.text())
        .startsWith("Perhaps another company")
        .contains("--confirm-company")
        .doesNotContain("ana", "bia", "wait a minute");
    assertThat(doubt.detail()).contains("ana@x.example", "bia");
    assertThat(refusal("loja", ANA, EMPTY)).isEmpty();
    assertThat(refusal("filial", BIA, UNREAD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCouldNotBeReadIsNeverTakenForAKnownName(boolean opaque) throws Exception {
    TokenClaims claims = opaque ? TokenClaims.NONE : ANA;
    owners.save("loja", AccountOwner.of(claims, ORDERS.sample()));
    assertThat(refusal("loja", claims, UNREAD).orElseThrow().text())
        .contains("could not be read (429)", "Wait a minute", "--confirm-company");
    assertThat(refusal("loja", claims, ORDERS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCouldNotBeReadIsNeverTakenUnderASecondName(boolean opaque) throws Exception {
    owners.save("loja", AccountOwner.of(opaque ? TokenClaims.NONE : ANA, ORDERS.sample()));
    connect("loja", "READY");
    TokenClaims somebody = opaque ? TokenClaims.NONE : BIA;
    assertThat(refusal("filial", somebody, UNREAD).orElseThrow().text())
        .contains("could not be read (429)", "account loja", "--confirm-company");
    assertThat(refusal("filial", somebody, ORDERS).orElseThrow().text())
        .startsWith("The same company");
  }

  @Test
  void anAccountOfWhichOnlyItsOrdersAreHereIsNobodysForTheTaking() throws Exception {
    hold("loja");
    assertThat(refusal("loja", TokenClaims.NONE, UNREAD)).isPresent();
    assertThat(refusal("loja", TokenClaims.NONE, EMPTY).orElseThrow().text())
        .contains("wait a minute and connect it again");
  }

  @Test
  void oneNameMoreIsADoubtWhileNothingTellsCompaniesApart() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, null));
    assertThat(refusal("filial", ANA, UNREAD)).isEmpty();
    connect("loja", "AUTHORISATION_REQUIRED");
    assertThat(refusal("filial", ANA, ORDERS)).as("it never worked: nothing is twice").isEmpty();
    execute("UPDATE tiny_account SET state = 'READY'");
    for (TokenClaims claims : List.of(ANA, BIA, TokenClaims.NONE)) {
      assertThat(refusal("filial", claims, ORDERS).orElseThrow().text())
          .startsWith("Perhaps the same company")
          .contains("account loja");
    }
  }

  @Test
  void aNameThatWasDisconnectedCountsAsLongAsItsOrdersAreHere() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, null));
    assertThat(refusal("filial", ANA, EMPTY)).isEmpty();
    hold("loja");
    assertThat(refusal("filial", ANA, UNREAD).orElseThrow().text())
        .contains("account loja", "--confirm-company");
    assertThat(refusal("filial", ANA, EMPTY)).as("one without orders is another").isEmpty();
  }

  @Test
  void aCustomersNewNameMakesNoOtherCompany() throws Exception {
    hold("loja");
    execute(
        "UPDATE os SET id = 7, numero = '103', data = '2026-01-02', cliente_id = 9,"
            + " cliente_nome = 'as it was called then'");
    assertThat(refusal("loja", TokenClaims.NONE, ORDERS)).isEmpty();
    execute("UPDATE os SET cliente_id = 8");
    assertThat(refusal("loja", TokenClaims.NONE, ORDERS).orElseThrow().text())
        .startsWith("Another company");
  }

  @Test
  void aCompanyThatHasGotItsFirstOrdersIsNotCalledAnother() throws Exception {
    owners.save("loja", AccountOwner.of(ANA, EMPTY.sample()));
    assertThat(refusal("loja", ANA, ORDERS)).isEmpty();
    assertThat(refusal("loja", BIA, ORDERS).orElseThrow().text()).startsWith("Perhaps another");
    owners.save("loja", AccountOwner.of(ANA, ORDERS.sample()));
    assertThat(refusal("loja", ANA, EMPTY).orElseThrow().text()).startsWith("Another company");
  }

  @Test
  void whatAnAuthorisationDoesNotTellStaysKnownUntilAPersonSaysThatItIsAnothers() throws Exception {
    owners.save("loja", AccountOwner.of(new TokenClaims("acme", "1", "ana", null), null));
    owners.save("loja", AccountOwner.of(TokenClaims.NONE, ORDERS.sample()));
    assertThat(owners.of("loja").company()).isEqualTo("acme");
    assertThat(owners.of("loja").username()).isEqualTo("ana");
    owners.forget("loja");
    owners.save("loja", AccountOwner.of(TokenClaims.NONE, null));
    assertThat(owners.of("loja").isUnknown()).isTrue();
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
    AccountProblem other = check.ofRenewal("loja", BIA).orElseThrow();
    assertThat(other.text()).contains("another person").doesNotContain("ana", "bia");
    assertThat(other.detail()).contains("ana", "bia");
  }

  private Optional<AccountProblem> refusal(String account, TokenClaims seen, SampleReading reading)
      throws SQLException {
    return check.refusal(account, seen, reading);
  }

  private void connect(String account, String state) throws SQLException {
    execute(
        "INSERT INTO tiny_account (account, refresh_token, state) VALUES ('%s', '', '%s')"
            .formatted(account, state));
  }

  private void hold(String account) throws SQLException {
    execute(
        "INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,"
            + " revision, source_at, source_offset)"
            + " VALUES ('"
            + account
            + "', 1, 0, '{}', '{}', false, now(), 1, now(), 1)");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
