package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TinyClientTest {
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
  void readsADetail() throws Exception {
    tiny.answering(
        Tiny.json(
            200,
            "{\"id\":7,\"situacao\":\"3\",\"data\":\"2025-03-04\",\"totalOrdemServico\":\"99.9\"}"));

    Answer<OrderDetail> answer = tiny.client.detail("default", 7, Priority.DETAIL);

    assertThat(answer).isInstanceOf(Answer.Ok.class);
    OrderDetail detail = ((Answer.Ok<OrderDetail>) answer).value();
    assertThat(detail.situacao()).isEqualTo(3);
    assertThat(detail.data()).isEqualTo(LocalDate.of(2025, 3, 4));
    assertThat(detail.totalOrdemServico()).isEqualTo(new BigDecimal("99.9"));
    assertThat(tiny.apiCalls).hasValue(1);
    assertThat(tiny.tokenCalls).hasValue(1);
  }
}
