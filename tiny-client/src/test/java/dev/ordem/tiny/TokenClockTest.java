package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.Priority;
import java.util.List;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database's clock was ahead, or is set back: a token's moments lie further ahead than any. */
class TokenClockTest {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
    tiny.answering(GOOD);
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aRefusedTokenIsRenewedThoughTheClockWasSetBackSinceTheLastOneWas() throws Exception {
    tiny.answering(Tiny.json(401, ""), GOOD);
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    tiny.makeOlder("refused_at", "-1 hour");
    tiny.answering(Tiny.json(401, ""), GOOD);

    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1", "refresh-2");
  }

  @Test
  void aRenewalThatFailedBeforeTheClockWasSetBackIsTriedAgainAtOnce() throws Exception {
    tiny.detail();
    tiny.makeOlder("retry_at", "-1 hour");
    tiny.makeOlder("expires_at", "1 minute");
    try (TinyClient other = tiny.another(tiny.database, List.of(Tiny.KEY), "refresh-0")) {
      assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
  }
}
