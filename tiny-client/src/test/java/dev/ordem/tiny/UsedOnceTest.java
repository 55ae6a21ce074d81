package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer of HTTP/1.1 that is out of step with its head concerns its own call only. */
class UsedOnceTest {
  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void whatIsLeftOverOfAnAnswerIsNobodysAnswer() throws Exception {
    String right = order(7);
    String more =
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(order(9).length()) + order(9);
    MockResponse twoAnswers =
        Tiny.json(200, right + more)
            .newBuilder()
            .setHeader("Content-Length", right.length())
            .build();
    tiny.answering(twoAnswers, Tiny.json(200, order(8)), Tiny.json(200, order(10)));

    for (long id : new long[] {7, 8, 10}) {
      assertThat(tiny.client.detail("default", id, Priority.DETAIL))
          .isInstanceOfSatisfying(
              Answer.Ok.class, ok -> assertThat(((OrderDetail) ok.value()).id()).isEqualTo(id));
    }
  }

  private static String order(int id) {
    return "{\"id\":%d,\"situacao\":\"3\",\"a\":1}".formatted(id);
  }
}
