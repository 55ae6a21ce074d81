package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Topics;
import dev.ordem.producer.reading.ReadingFixture.Result;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One producer is shared by all accounts: a failure of one's closes it under the others' hands. */
class HeaderWriterTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  private final Held first = new Held();
  private final MockProducer<byte[], byte[]> second = working();
  private final Iterator<Producer<byte[], byte[]>> made =
      List.<Producer<byte[], byte[]>>of(first, second).iterator();
  private final HeaderWriter writer = new HeaderWriter(made::next, ReadingFixture.PARTITIONS);
  private final ExecutorService neighbour = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    neighbour.shutdownNow();
  }

  @Test
  void whatANeighboursFailureInterruptsIsWrittenAgain() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = records(3);
    Future<?> failing = neighbour.submit(this::failOnceTheOtherIsInTheMidst);

    assertThatThrownBy(() -> writer.write(records))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("replaced");
    failing.get(10, TimeUnit.SECONDS);

    assertThat(writer.write(records)).isEmpty();
    assertThat(second.history()).containsExactlyElementsOf(records);
    assertThat(made.hasNext()).as("it was replaced once").isFalse();
  }

  @Test
  void aRunThatANeighboursFailureInterruptsGoesOn() throws Exception {
    UUID id = runs.ask("'full', 'loja'");
    LocalLease holding = runs.claim();
    Future<?> failing = neighbour.submit(this::failOnceTheOtherIsInTheMidst);

    assertThatThrownBy(() -> runs.read(FakeTiny.holding(7), holding, writer))
        .isInstanceOf(KafkaException.class);
    failing.get(10, TimeUnit.SECONDS);
    Result run = runs.new Result(id);
    assertThat(run.column("status || ' ' || phase || ' ' || (headers->>'status')"))
        .isEqualTo("RUNNING READING RUNNING");

    runs.read(FakeTiny.holding(7), holding, writer);
    assertThat(run.column("phase || ' ' || (headers->>'status') || ' ' || (headers->>'done')"))
        .isEqualTo("SETTLING COMPLETE 7");
  }

  private Void failOnceTheOtherIsInTheMidst() throws InterruptedException {
    first.begun.await();
    try {
      writer.write(records(1));
      throw new AssertionError("Kafka takes what it must refuse");
    } catch (KafkaException e) {
      assertThat(e).hasMessageContaining("not known to be written");
    } finally {
      first.goOn.countDown();
    }
    return null;
  }

  private static List<ProducerRecord<byte[], byte[]>> records(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new ProducerRecord<byte[], byte[]>(Topics.OS_HEADERS.name(), new byte[] {(byte) i}))
        .toList();
  }

  private static MockProducer<byte[], byte[]> working() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Takes the first record, refuses the neighbour's, and is asked for more once it is closed. */
  private static final class Held extends MockProducer<byte[], byte[]> {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Thread> senders = new ArrayList<>();

    Held() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // or nobody could send meanwhile
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      return switch (turn()) {
        case 0 -> super.send(record);
        case 1 -> {
          awaitNeighbour();
          yield super.send(record);
        }
        default -> {
          Future<RecordMetadata> refused = super.send(record);
          errorNext(new TopicAuthorizationException("of the test")); // of the record before it
          errorNext(new TopicAuthorizationException("of the test"));
          yield refused;
        }
      };
    }

    private synchronized int turn() {
      senders.add(Thread.currentThread());
      return senders.size() - 1;
    }

    private void awaitNeighbour() {
      begun.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new org.apache.kafka.common.errors.InterruptException(e);
      }
    }
  }
}
