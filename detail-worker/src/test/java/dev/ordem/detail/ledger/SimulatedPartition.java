package dev.ordem.detail.ledger;

import dev.ordem.contract.DeadLetter;
import dev.ordem.detail.ledger.CommittedStep.Begun;
import dev.ordem.detail.ledger.CommittedStep.Cause;
import dev.ordem.detail.ledger.CommittedStep.Heard;
import dev.ordem.detail.ledger.CommittedStep.Moment;
import dev.ordem.detail.ledger.CommittedStep.Output;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.partition.LedgerProcessor;
import dev.ordem.detail.ledger.partition.PartitionResources;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.Claim;
import dev.ordem.detail.ledger.store.PendingWork;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StateSerde;
import dev.ordem.detail.ledger.store.StoreNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the ledger: the real processor, with the transactions that Kafka Streams makes.
 * What is not committed is seen by nobody; after a crash the stores are as they were at the last
 * commit, and the input since then comes again, the two topics mixed in another way.
 */
final class SimulatedPartition {
  private static final Duration TICK = Duration.ofMillis(100);

  private final int number;
  private final PartitionResources wiring;
  private final ModelClock clock;
  private final Map<String, SnapshotStore<?>> stores = new LinkedHashMap<>();
  private final List<Heard> headers = new ArrayList<>();
  private final List<Heard> results = new ArrayList<>();
  private final List<CommittedStep> open = new ArrayList<>();
  private MockProcessorContext<String, Object> context;
  private LedgerProcessor processor;
  private int headersRead;
  private int resultsRead;
  private int headersCommitted;
  private int resultsCommitted;

  SimulatedPartition(int number, PartitionResources wiring, ModelClock clock) {
    this.number = number;
    this.wiring = wiring;
    this.clock = clock;
    store(StoreNames.CONTENTS, Content.class);
    store(StoreNames.STANDINGS, Standing.class);
    store(StoreNames.CLAIMS, Claim.class);
    store(StoreNames.RUNS, Run.class);
    store(StoreNames.ACCOUNTS, Account.class);
    store(StoreNames.PENDING, PendingWork.class);
    processor = new LedgerProcessor(wiring);
    context = begin(new Begun(true));
  }

  private <V> void store(String name, Class<V> type) {
    stores.put(name, new SnapshotStore<>(name, StateSerde.of(type)));
  }

  /** What a store holds. */
  Map<String, ?> entries(String store) {
    SnapshotStore<?> found = stores.get(store);
    return found == null ? Map.of() : found.entries();
  }

  void writeHeader(Heard heard) {
    headers.add(heard);
  }

  void writeResult(Heard heard) {
    results.add(heard);
  }

  /** Reads all there is; of the two topics as the bits of {@code mix} say, while both have some. */
  void drain(int mix) {
    int bits = mix;
    while (headersRead < headers.size() || resultsRead < results.size()) {
      boolean header =
          resultsRead == results.size() || (headersRead < headers.size() && (bits & 1) == 0);
      bits = Integer.rotateRight(bits, 1);
      process(header ? headers.get(headersRead++) : results.get(resultsRead++));
    }
  }

  private void process(Heard heard) {
    Record<String, dev.ordem.contract.Event> record =
        new Record<>(heard.key(), heard.event(), 0, new RecordHeaders());
    during(heard, () -> processor.process(record));
  }

  /** The punctuations whose interval is at most this run once. */
  void pass(Duration longest) {
    for (var each : context.scheduledPunctuators()) {
      if (each.getInterval().compareTo(longest) <= 0) {
        during(new Moment(), () -> each.getPunctuator().punctuate(0));
      }
    }
  }

  void tick() {
    pass(TICK);
  }

  private void during(Cause cause, Runnable work) {
    context.setCurrentSystemTimeMs(clock.host().toEpochMilli());
    try {
      work.run();
    } catch (RuntimeException e) {
      throw new AssertionError("8. no exception escapes: " + cause, e);
    }
    List<Output> outputs = new ArrayList<>();
    for (var forward : context.forwarded()) {
      Record<? extends String, ?> told = forward.record();
      Header reason = told.headers().lastHeader(DeadLetter.REASON);
      outputs.add(
          new Output(forward.childName().orElse(""), told.key(), told.value(), text(reason)));
    }
    context.resetForwards();
    open.add(new CommittedStep(number, clock.host(), cause, outputs));
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  void commit(Consumer<CommittedStep> reader) {
    stores.values().forEach(SnapshotStore::commit);
    headersCommitted = headersRead;
    resultsCommitted = resultsRead;
    List<CommittedStep> done = List.copyOf(open);
    open.clear();
    done.forEach(reader);
  }

  /**
   * What was not committed is undone.
   *
   * @param sameProcessor as Streams does when a commit failed
   */
  void crash(boolean sameProcessor) {
    stores.values().forEach(SnapshotStore::restore);
    abort();
    processor = sameProcessor ? processor : new LedgerProcessor(wiring);
    context = begin(new Begun(false));
  }

  /** All stores are gone; the group's offsets are not. */
  void lose(Consumer<CommittedStep> reader) {
    stores.values().forEach(SnapshotStore::lose);
    abort();
    processor = new LedgerProcessor(wiring);
    context = begin(new Begun(true));
    commit(reader);
  }

  private void abort() {
    open.clear();
    headersRead = headersCommitted;
    resultsRead = resultsCommitted;
  }

  private MockProcessorContext<String, Object> begin(Begun cause) {
    MockProcessorContext<String, Object> next =
        new MockProcessorContext<>(new Properties(), new TaskId(0, number), null);
    next.setCurrentSystemTimeMs(clock.host().toEpochMilli());
    stores.values().forEach(next::addStateStore);
    context = next;
    during(cause, () -> processor.init(next));
    return next;
  }
}
