package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class GroupMemberTest {
  private final MockConsumer<byte[], byte[]> first = new MockConsumer<>("earliest");
  private final MockConsumer<byte[], byte[]> second = new MockConsumer<>("earliest");
  private final Deque<Object> made = new ArrayDeque<>();
  private final List<Exception> told = new ArrayList<>();
  private final List<Consumer<byte[], byte[]>> read = new ArrayList<>();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final WatchedClock clock = new WatchedClock();
  private final ClockWatch watch = clock.watch;
  private final GroupMember member =
      new GroupMember(this::make, watch, Duration.ofSeconds(1), told::add);

  private MockConsumer<byte[], byte[]> make() {
    Object next = made.remove();
    if (next instanceof KafkaException failure) {
      throw failure;
    }
    return next == first ? first : second;
  }

  @Test
  void whenTheClockWasSetBackTheNextOneReads() throws Exception {
    made.addAll(List.of(first, second));

    member.run(running::get, this::readOnce);

    assertThat(read).containsExactly(first, second);
    assertThat(told).singleElement().isInstanceOf(ClockSetBackException.class);
    assertThat(second.closed()).isTrue();
  }

  @Test
  void whatElseFailsAfterTheStepIsLeftToTheNextOne() throws Exception {
    made.addAll(List.of(first, second));
    ExecutionException closed = new ExecutionException(new KafkaException("forcefully closed"));

    member.run(
        running::get,
        consumer -> {
          read.add(consumer);
          if (consumer == first) {
            clock.setBack(300);
            throw closed;
          }
          running.set(false);
        });

    assertThat(read).containsExactly(first, second);
    assertThat(told).containsExactly(closed);
  }

  @Test
  void aNextOneThatCannotBeMadeIsTriedAgain() throws Exception {
    KafkaException unresolvable = new KafkaException("no resolvable bootstrap urls");
    made.addAll(List.of(first, unresolvable, second));

    member.run(running::get, this::readOnce);

    assertThat(read).containsExactly(first, second);
    assertThat(told).hasSize(2).contains(unresolvable);
  }

  @Test
  void aFirstOneThatCannotBeMadeIsAFailure() {
    made.add(new KafkaException("no resolvable bootstrap urls"));

    assertThatThrownBy(() -> member.run(running::get, this::readOnce)).hasMessageContaining("urls");
  }

  @Test
  void whatOnlyANewerVersionCanReadEndsAllWhateverTheClock() {
    made.addAll(List.of(first, second));

    assertThatThrownBy(
            () ->
                member.run(
                    running::get,
                    consumer -> {
                      clock.setBack(300);
                      byte[] newer = "{\"schema\": 99}".getBytes(StandardCharsets.UTF_8);
                      Topics.OS_ENRICHED.value(
                          new ConsumerRecord<>("os-enriched", 0, 0, newer, newer));
                    }))
        .isInstanceOf(NewerSchemaException.class);
  }

  @Test
  void whatElseEndsAReadingEndsAll() {
    made.add(first);

    assertThatThrownBy(
            () ->
                member.run(
                    running::get,
                    consumer -> {
                      throw new IllegalStateException("a newer schema");
                    }))
        .hasMessage("a newer schema");

    assertThat(first.closed()).isTrue();
  }

  private void readOnce(Consumer<byte[], byte[]> consumer) {
    read.add(consumer);
    if (consumer == first) {
      clock.setBack(300);
      throw new ClockSetBackException();
    }
    assertThat(first.closed()).isTrue();
    running.set(false);
  }
}
