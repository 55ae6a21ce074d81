package dev.ordem.producer.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.certificate.CertificateCheck.Result;
import dev.ordem.producer.verdict.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The account's present certificate against Postgres. */
class CertificateCheckTest {
  /** The scan itself gives the checksum out, as one more column of the index beside the others. */
  private static final String STORED = "Index Only Scan.*\\n +Output: account, partition, .*md5";

  private TestDatabase database;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabase.holdingTen();
  }

  @Test
  void theSameOnBothSidesIsEqual() throws SQLException {
    Result result = check();

    assertThat(result.equal()).isTrue();
    assertThat(result.generation()).isEqualTo(TestDatabase.GENERATION);
    assertThat(result.partitions()).hasSize(3).allMatch(side -> side.equal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM os WHERE id = 4",
        "UPDATE os SET revision = revision + 1 WHERE id = 4",
        "UPDATE os SET removed_at = now() WHERE id = 4",
        "UPDATE os_status_history SET to_situacao = 7 WHERE os_id = 4 AND sequence = 2",
        "UPDATE os_status_history SET from_situacao = NULL WHERE os_id = 4 AND sequence = 2",
        "UPDATE os_status_history SET sequence = 3 WHERE os_id = 4 AND sequence = 2",
        "DELETE FROM os_status_history WHERE os_id = 4 AND sequence = 1",
        "UPDATE account_certificate SET generation = NULL WHERE partition = 1",
        "DELETE FROM account_certificate WHERE partition = 1",
      })
  void anyDifferenceIsFoundInItsPartition(String damage) throws SQLException {
    database.run(damage);

    Result result = check();

    assertThat(result.equal()).isFalse();
    assertThat(result.partitions())
        .filteredOn(side -> !side.equal())
        .extracting(CertificateCheck.Side::partition)
        .containsExactly(1);
  }

  @Test
  void whatPostgresRefusedIsADifferenceThatIsNamed() throws SQLException {
    database.refuse(4, "now() - interval '9 days'");

    Result result = check();

    assertThat(result.equal()).isFalse();
    assertThat(result.setAside()).isEqualTo(1);
    assertThat(result.rows())
        .containsExactly(new CertificateCheck.Row("os", 4, 0, "REFUSED", "check", 1));
  }

  @Test
  void rowsOfNoPartitionAreADifference() throws SQLException {
    database.orders(11, 11);
    database.run("UPDATE os SET partition = 3 WHERE id = 11");
    database.run("UPDATE os_status_history SET partition = NULL WHERE os_id = 11");

    assertThat(check().unplaced()).isEqualTo(3);
    assertThat(check().equal()).isFalse();
  }

  @Test
  void anAccountWithoutABaselineIsNotEqual() throws SQLException {
    database.run("DELETE FROM generation");

    assertThat(check().equal()).isFalse();
    assertThat(check().generation()).isNull();
  }

  @Test
  void sumsAreReadFromTheIndexesAloneWhichHoldEachChecksum() throws SQLException {
    database.orders(11, 3000);
    database.run("VACUUM ANALYZE os");
    database.run("VACUUM ANALYZE os_status_history");

    assertThat(plan(PostgresDigests.ordersQuery()))
        .contains("Index Only Scan using os_checksums")
        .containsPattern(STORED);
    assertThat(plan(PostgresDigests.changesQuery()))
        .contains("Index Only Scan using os_status_history_checksums")
        .containsPattern(STORED);
  }

  private Result check() throws SQLException {
    return new CertificateCheck(database.source).of("loja");
  }

  private String plan(String query) throws SQLException {
    return Snapshot.of(
        database.source,
        connection -> {
          PostgresDigests.fromIndexesAlone(connection, true);
          StringBuilder plan = new StringBuilder();
          try (PreparedStatement explain =
                  connection.prepareStatement("EXPLAIN (VERBOSE) " + query);
              ResultSet rows = explain(connection, explain)) {
            while (rows.next()) {
              plan.append(rows.getString(1)).append('\n');
            }
          }
          return plan.toString();
        });
  }

  private static ResultSet explain(Connection connection, PreparedStatement explain)
      throws SQLException {
    explain.setString(1, "loja");
    explain.setArray(2, connection.createArrayOf("integer", new Integer[] {0, 1, 2}));
    return explain.executeQuery();
  }
}
