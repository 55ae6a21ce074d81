package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
  @ParameterizedTest
  @CsvSource({
    "08006,AWAY",
    "25006,AWAY",
    "55P03,CONFLICT",
    "57014,AWAY",
    "40001,CONFLICT",
    "26000,CONFLICT",
    "42P05,CONFLICT",
    "23514,REFUSED",
    "22003,REFUSED",
    "54000,REFUSED",
    "P0001,UNTOLD",
    "42P01,UNTOLD",
    "SH001,UNTOLD",
  })
  void theStateSaysWhoseFaultItIs(String state, SqlFailure expected) {
    assertThat(SqlFailure.of(new SQLException("not this one", state))).isEqualTo(expected);
  }
}
