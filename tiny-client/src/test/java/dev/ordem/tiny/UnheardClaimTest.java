package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection to Postgres is cut while a renewal is claimed: the commit's answer is lost. */
class UnheardClaimTest {
  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
    tiny.answering(Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}"));
    tiny.detail();
    tiny.makeOlder("expires_at", "5 hours");
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void itIsMadeAgainAtOnceByWhoMadeIt() throws Exception {
    try (SilentRoad road = new SilentRoad(Postgres.port());
        HikariDataSource pool = Postgres.through(tiny.database, road.port());
        TinyClient client = tiny.another(pool, List.of(Tiny.KEY), "refresh-0")) {
      road.cutBehind("renewal_version", "COMMIT");

      assertThat(client.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Later.class);
      assertThat(road.cut()).isTrue();
      assertThat(client.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
      assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
    }
  }
}
