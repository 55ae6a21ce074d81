package dev.ordem.tiny.account.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.StartException;
import dev.ordem.tiny.quota.Postgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose orders a database holds, on a real one. */
class StoreIdentityTest {
  private static final String ONE = "http://127.0.0.1:8090/public-api/v3";
  private static final String OTHER = "http://127.0.0.1:8091/public-api/v3";
  private static final String REAL = "https://api.tiny.com.br/public-api/v3";

  private HikariDataSource database;

  @BeforeEach
  void open() throws Exception {
    database = Postgres.database();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whoComesFirstHasItAndComesBack() throws Exception {
    at(ONE).claim(database);
    at(ONE).claim(database);
    at(ONE, "loja").claim(database);
  }

  @Test
  void anotherApiIsRefusedWithWhatToDo() throws Exception {
    at(ONE).claim(database);
    for (String account : List.of("default", "loja")) {
      assertThatThrownBy(() -> at(OTHER, account).claim(database))
          .isInstanceOf(StartException.class)
          .hasMessageContainingAll(
              ONE, OTHER, "account default", "ORDEM_HOME", "POSTGRES_URL", "TINY_API_IDENTITY");
    }
    at(ONE).claim(database);
  }

  @Test
  void inContainersTheRemedyIsOneThatComposeTakes() throws Exception {
    at(ONE).claim(database);
    assertThatThrownBy(() -> of(Map.of("ORDEM_DEMO", "simulator")).claim(database))
        .isInstanceOf(StartException.class)
        .hasMessageContainingAll(
            "COMPOSE_PROJECT_NAME", "docker compose --profile demo down --volumes")
        .hasMessageNotContainingAny("ORDEM_HOME", "POSTGRES_URL");
  }

  /** The services start without any variable, and say that an account is missing. */
  @Test
  void aStartThatIsAboutNobodyTakesNothingAndIsNotLetInToAnothers() throws Exception {
    of(Map.of()).claim(database);
    at(ONE).claim(database);
    assertThatThrownBy(() -> of(Map.of()).claim(database))
        .isInstanceOf(StartException.class)
        .hasMessageContainingAll(ONE, REAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.tiny.com.br/public-api/v3/",
        "https://API.Tiny.com.BR/public-api/v3",
        "HTTPS://api.tiny.com.br:443/public-api/v3//",
        " https://api.tiny.com.br/public-api/v3 "
      })
  void theSameAddressInAnotherSpellingIsTheSame(String spelling) throws Exception {
    at(REAL).claim(database);
    assertThatCode(() -> at(spelling).claim(database)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://api.tiny.com.br/public-api/v3",
        "https://api.tiny.com.br/public-api/v4",
        "https://api.tiny.com.br/Public-Api/v3",
        "https://api.tiny.com.br:8443/public-api/v3"
      })
  void anotherSchemePathOrPortIsAnotherAddress(String other) throws Exception {
    at(REAL).claim(database);
    assertThatThrownBy(() -> at(other).claim(database)).isInstanceOf(StartException.class);
  }

  @Test
  void theAddressMayChangeWhereThePersonSaysThatItIsTheSameTiny() throws Exception {
    at(ONE).claim(database);
    of(Map.of("TINY_API_URL", OTHER, "TINY_API_IDENTITY", ONE)).claim(database);
  }

  @Test
  void ofTwoThatComeAtOnceOneHasIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Callable<Boolean>> starts = List.of(() -> claims(ONE), () -> claims(OTHER));
      int won = 0;
      for (Future<Boolean> start : threads.invokeAll(starts)) {
        won += start.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  private boolean claims(String api) {
    try {
      at(api).claim(database);
      return true;
    } catch (StartException e) {
      return false;
    }
  }

  /** A database of before knows only which tokens it was given. */
  @Test
  void theSimulatedAccountsOrdersOfBeforeAreNotTakenForTheRealOnes() throws Exception {
    before("demo");
    assertThatThrownBy(() -> at(REAL).claim(database))
        .hasMessageContaining("the simulated Tiny account");
    at(StoreIdentity.SIMULATED).claim(database);
    assertThatThrownBy(() -> at(REAL).claim(database)).isInstanceOf(StartException.class);
  }

  @Test
  void aRealAccountsOrdersOfBeforeAreTakenOverAndKeptFromTheSimulatedOne() throws Exception {
    before("a-real-token");
    assertThatThrownBy(() -> at(StoreIdentity.SIMULATED).claim(database))
        .hasMessageContaining("a real account");
    at(REAL).claim(database);
  }

  @Test
  void ordersThatWereMixedBeforeAreNobodys() throws Exception {
    before("demo', 'a-real-token");
    assertThatThrownBy(() -> at(REAL).claim(database)).isInstanceOf(StartException.class);
    assertThatThrownBy(() -> at(StoreIdentity.SIMULATED).claim(database))
        .isInstanceOf(StartException.class);
  }

  private void before(String tokens) throws Exception {
    Migrations.run(database);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO tiny_account (account, imported) SELECT 'default',"
              + " array_agg(sha256(convert_to('ordem fingerprint ' || token, 'UTF8')))"
              + " FROM unnest(array['"
              + tokens
              + "']) AS token");
    }
  }

  private static StoreIdentity at(String api) {
    return at(api, "default");
  }

  private static StoreIdentity at(String api, String account) {
    return of(Map.of("TINY_API_URL", api, "TINY_ACCOUNT", account));
  }

  private static StoreIdentity of(Map<String, String> variables) {
    return StoreIdentity.of(Environment.of(variables));
  }
}
