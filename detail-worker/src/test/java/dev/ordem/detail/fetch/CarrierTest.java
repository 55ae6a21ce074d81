package dev.ordem.detail.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.Lane;
import dev.ordem.contract.group.ClockWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls whose answers do not come. */
class CarrierTest {
  private static final int THREADS = 8;

  private final StubTiny tiny = new StubTiny();
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Carrier carrier =
      new Carrier(
          tiny,
          new ResultWriter(kafka, new ClockWatch(Runnable::run), Clock.systemUTC()),
          THREADS,
          Clock.systemUTC(),
          Duration.ofSeconds(5));

  @AfterEach
  void stop() {
    tiny.open.keySet().forEach(tiny::release);
    carrier.close();
  }

  @Test
  void hangingOrdersOfAnAccountKeepNeitherOthersNorAPersonWaiting() {
    List<Long> hanging = LongStream.rangeClosed(1, 20).boxed().toList();
    hanging.forEach(tiny::hold);
    hanging.forEach(id -> carry("a", id, Lane.HOT, 1));
    carry("b", 101, Lane.BACKFILL, 1);
    carry("a", 102, Lane.REFRESH, 1);
    await().until(() -> tiny.begun.containsAll(List.of(101L, 102L)));
  }

  @Test
  void whatHungBeforeKeepsNeighboursOfItsAccountFromNothing() {
    List<Long> hanging = LongStream.rangeClosed(1, 20).boxed().toList();
    hanging.forEach(tiny::hold);
    hanging.forEach(id -> carry("a", id, Lane.HOT, 2));
    LongStream.rangeClosed(101, 150).forEach(id -> carry("a", id, Lane.BACKFILL, 1));
    await().until(() -> kafka.history().size() == 50);
  }

  @Test
  void allAreCarriedOutInTheEnd() {
    List<Long> hanging = LongStream.rangeClosed(1, 20).boxed().toList();
    hanging.forEach(tiny::hold);
    hanging.forEach(id -> carry("a", id, Lane.RETRY, 3));
    hanging.forEach(tiny::release);
    await().until(() -> kafka.history().size() == 20);
    assertThat(tiny.begun).containsExactlyInAnyOrderElementsOf(hanging);
  }

  private void carry(String account, long id, Lane lane, int attempt) {
    Clock clock = Clock.systemUTC();
    DetailRequest request =
        new DetailRequest(new UUID(0, id), account, id, null, lane, attempt, clock.instant(), null);
    carrier.carry(request, null, new Progress().begin(0));
  }
}
