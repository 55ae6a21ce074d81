package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The expected numbers were computed by Postgres: {@code ('x'||left(md5(t),16))::bit(64)::bigint}.
 */
class ChecksumTest {
  @Test
  void anOrderCountsWhatPostgresComputes() {
    assertThat(Checksum.ofOrder(891, 1772366400123L)).isEqualTo(3448351141503402971L);
  }

  @Test
  void aChangeCountsWhatPostgresComputes() {
    assertThat(Checksum.ofChange(891, 2, 6, 3)).isEqualTo(2683125625373497296L);
    assertThat(Checksum.ofChange(891, 1, null, 6)).isEqualTo(794084919621434579L);
  }
}
