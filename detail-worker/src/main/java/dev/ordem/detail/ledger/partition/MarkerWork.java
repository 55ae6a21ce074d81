package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Situacao;
import dev.ordem.detail.ledger.decision.Asker;
import dev.ordem.detail.ledger.decision.Decision;
import dev.ordem.detail.ledger.decision.Decisions;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.store.CountedStore;
import dev.ordem.detail.ledger.store.PendingWork;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StoreKeys;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What markers of runs lead to. What a marker says of its run is true at once; what follows for
 * orders is worked off in steps, the markers of a run strictly one after the other.
 */
final class MarkerWork {
  /** Entries that are looked at before another run has its turn. */
  private static final int SLICE = 100;

  private final Partition partition;
  private final PartitionRuns runs;
  private final PartitionClaims claims;
  private final PendingQueue queue;

  MarkerWork(Partition partition, CountedStore<PendingWork> store) {
    this.partition = partition;
    this.runs = partition.runs();
    this.claims = partition.claims();
    this.queue = new PendingQueue(store);
  }

  /** A marker is here; one of an older reading says nothing. */
  void take(HeaderEvent.OfRun marker, Instant now) {
    Run before = runs.run(marker.runId());
    Long reading = marker.reading();
    if (reading == null || !runs.meets(marker, now)) {
      return;
    }
    UUID id = marker.runId();
    if (readAll(marker)) {
      runs.change(id, run -> run.with(run.sightings().readAgain(reading)), now);
    }
    if (fromItsBeginning(marker)) {
      runs.change(id, run -> run.with(run.sightings().allReadAgain(reading)), now);
    }
    if (marker instanceof HeaderEvent.EndOfHeaders end) {
      ended(end, reading, now);
      return;
    }
    if (marker instanceof HeaderEvent.Canceled) {
      runs.change(id, run -> run.with(run.course().canceled(reading, true)), now);
    } else if (marker instanceof HeaderEvent.Resumed) {
      if (before != null && reading <= before.course().reading()) {
        return;
      }
      runs.change(id, run -> run.with(run.course().canceled(reading, false)), now);
    } else if (marker instanceof HeaderEvent.Forgotten) {
      runs.change(id, run -> run.with(run.course().forgotten(now)), now);
    }
    runs.tell(id, now);
    queue.add(marker);
  }

  private void ended(HeaderEvent.EndOfHeaders end, long reading, Instant now) {
    Run run = runs.run(end.runId());
    if (run == null || run.course().endMet() >= reading) {
      return;
    }
    runs.ends(end, reading, now);
    if (whole(end) || queue.holds(end.runId())) {
      queue.add(end);
    } else {
      end(end, null, now);
    }
  }

  /** Whether only a run writes it that has read its headers in this reading. */
  private static boolean readAll(HeaderEvent.OfRun marker) {
    return marker instanceof HeaderEvent.PassOver
        || marker instanceof HeaderEvent.DetailsMissing
        || (marker instanceof HeaderEvent.EndOfHeaders end && (whole(end) || readAnew(end)));
  }

  /** Whether nothing of the run but what it brought in this reading is missing. */
  private static boolean fromItsBeginning(HeaderEvent.OfRun marker) {
    return marker instanceof HeaderEvent.DetailsMissing
        || (marker instanceof HeaderEvent.EndOfHeaders end && readAnew(end));
  }

  /**
   * Whether the run began with its first page after it began this reading, whose number is then not
   * above the time. It may have shown nothing to this partition.
   */
  private static boolean readAnew(HeaderEvent.EndOfHeaders end) {
    Long reading = end.reading();
    Instant beganAt = end.beganAt();
    return reading != null && beganAt != null && beganAt.toEpochMilli() >= reading;
  }

  /** An order has more claims than can be followed up at once. */
  void follow(OrderKey order, String cursor) {
    queue.add(new PendingWork.OfOrder(order, cursor));
  }

  boolean isWorking() {
    return !queue.isEmpty();
  }

  /** Works as long as there is room in the step. */
  void step(Instant now) {
    while (partition.room() && !queue.isEmpty()) {
      PendingQueue.Item item = queue.next();
      PendingWork left = work(item.pending(), now);
      if (left == null) {
        queue.done(item);
      } else {
        queue.keep(item, left);
      }
    }
  }

  /** What is left of it; null: nothing. */
  private @Nullable PendingWork work(PendingWork pending, Instant now) {
    if (pending instanceof PendingWork.OfOrder order) {
      Standing standing = partition.entry(order.order()).standing();
      String last = claims.follow(order.order(), standing, order.cursor(), now);
      return last == null ? null : new PendingWork.OfOrder(order.order(), last);
    }
    PendingWork.OfMarker work = (PendingWork.OfMarker) pending;
    HeaderEvent marker = work.marker();
    Run run = runs.run(((HeaderEvent.OfRun) marker).runId());
    if (run == null
        || (run.course().forgottenAt() != null && !(marker instanceof HeaderEvent.Forgotten))) {
      return null;
    }
    if (marker instanceof HeaderEvent.Canceled) {
      return overClaims(work, run, order -> drop(order, now));
    } else if (marker instanceof HeaderEvent.Resumed) {
      return overClaims(work, run, order -> resume(run.id(), order, now));
    } else if (marker instanceof HeaderEvent.Forgotten) {
      return forgotten(work, run, now);
    }
    return overOrders(work, run, now);
  }

  private @Nullable PendingWork overOrders(PendingWork.OfMarker work, Run run, Instant now) {
    HeaderEvent marker = work.marker();
    if (marker instanceof HeaderEvent.DetailsMissing missing) {
      return missing(work, missing, run, now);
    } else if (marker instanceof HeaderEvent.PassOver over) {
      return ask(
          work,
          order -> stands(order, over.situacoes()) && Decisions.missed(order, over.beganAt()),
          (entry, asker) -> partition.decisions().passedOver(entry, over.beganAt(), asker, now),
          now);
    } else if (marker instanceof HeaderEvent.AbsencesConfirmed absences) {
      return absences(work, absences, run, now);
    } else if (marker instanceof HeaderEvent.EndOfHeaders end) {
      return whole(end) ? count(work, end, run, now) : end(end, null, now);
    }
    return null;
  }

  private static boolean whole(HeaderEvent.EndOfHeaders end) {
    return Boolean.TRUE.equals(end.whole());
  }

  /** No list is read of a status that is not documented: each order in it is asked for. */
  private static boolean stands(Standing order, List<Integer> situacoes) {
    ObservedStatus status = order.status();
    return status != null
        && (situacoes.contains(status.situacao()) || Situacao.of(status.situacao()).isEmpty());
  }

  /** The end of a reading is passed, and all before it is worked off. */
  private @Nullable PendingWork end(
      HeaderEvent.EndOfHeaders end, Run.@Nullable Absences found, Instant now) {
    long reading = end.reading() == null ? 0 : end.reading();
    runs.change(
        end.runId(),
        run -> {
          Run over = run.with(run.course().ended(reading, end.endedAt()));
          return found == null ? over : over.with(found);
        },
        now);
    runs.tell(end.runId(), now);
    return null;
  }

  /** How many orders are listed, and how many of them a whole read did not show. */
  private @Nullable PendingWork count(
      PendingWork.OfMarker work, HeaderEvent.EndOfHeaders end, Run run, Instant now) {
    Instant beganAt = end.beganAt();
    List<KeyValue<String, Standing>> page = page(work, end.account());
    long known = work.first();
    long absent = work.second();
    for (KeyValue<String, Standing> each : page) {
      known += each.value.expected() ? 1 : 0;
      absent += beganAt != null && absent(each.value, beganAt, run) ? 1 : 0;
    }
    if (page.isEmpty()) {
      return end(end, new Run.Absences(known, absent, null), now);
    }
    return work.at(page.get(page.size() - 1).key, known, absent);
  }

  private static boolean absent(Standing order, Instant beganAt, Run run) {
    return Decisions.absent(order, beganAt) && !Decisions.shown(order, run);
  }

  private @Nullable PendingWork absences(
      PendingWork.OfMarker work, HeaderEvent.AbsencesConfirmed marker, Run run, Instant now) {
    Instant beganAt = marker.beganAt();
    Run.Absences found = run.absences();
    if (found != null && beganAt.equals(found.confirmed())) {
      return null;
    }
    PendingWork left =
        ask(
            work,
            order -> absent(order, beganAt, run),
            (entry, asker) -> partition.decisions().absent(entry, beganAt, asker, now),
            now);
    if (left == null) {
      Run.Absences counted =
          found == null
              ? new Run.Absences(0, 0, beganAt)
              : new Run.Absences(found.known(), found.absent(), beganAt);
      runs.change(run.id(), known -> known.with(counted), now);
      runs.tell(run.id(), now);
    }
    return left;
  }

  /** Goes through the orders of the account and asks for those that this is about. */
  private @Nullable PendingWork ask(
      PendingWork.OfMarker work,
      Predicate<Standing> about,
      BiFunction<OrderEntry, Asker, Decision> decide,
      Instant now) {
    UUID run = ((HeaderEvent.OfRun) work.marker()).runId();
    List<KeyValue<String, Standing>> page = page(work, work.marker().account());
    String cursor = work.cursor();
    for (KeyValue<String, Standing> each : page) {
      if (about.test(each.value)) {
        if (!partition.room()) {
          return work.at(cursor, 0, 0);
        }
        OrderKey key = StoreKeys.order(each.key);
        attempt(run, key, entry -> decide.apply(entry, partition.asker(run, entry)), now);
      }
      cursor = each.key;
    }
    return page.isEmpty() ? null : work.at(cursor, 0, 0);
  }

  /**
   * As many as the run may ask for, what it asked for before included, the newest first. What waits
   * for a person is passed by, or the same few would be all that it ever asks for.
   */
  private @Nullable PendingWork missing(
      PendingWork.OfMarker work, HeaderEvent.DetailsMissing marker, Run run, Instant now) {
    List<KeyValue<String, Standing>> page = pageBackwards(work, marker.account());
    long asked = work.cursor() == null ? run.claims().requested() : work.first();
    long passed = work.second();
    String cursor = work.cursor();
    for (KeyValue<String, Standing> each : page) {
      OrderKey key = StoreKeys.order(each.key);
      if (!partition.room()) {
        return cursor == null ? work : work.at(cursor, asked, passed);
      }
      if (partition.decisions().missesDetail(partition.entry(key, each.value))
          && !claims.held(run.id(), key, each.value)) {
        if (asked >= marker.max()) {
          return looked(run, true, now);
        }
        if (marker.max() < Long.MAX_VALUE && each.value.task().parked()) {
          passed++;
        } else {
          attempt(
              run.id(),
              key,
              entry -> partition.decisions().missing(entry, partition.asker(run.id(), entry), now),
              now);
          asked++;
        }
      }
      cursor = each.key;
    }
    return page.isEmpty() ? looked(run, passed > 0, now) : work.at(cursor, asked, passed);
  }

  /** The end of {@link #missing}, and whether more are than it asked for. */
  private @Nullable PendingWork looked(Run run, boolean left, Instant now) {
    runs.change(run.id(), known -> known.with(known.claims().left(left)), now);
    return null;
  }

  /**
   * An order that a run is to ask for, and about which nothing can be decided, is missing to it.
   */
  private void attempt(UUID run, OrderKey key, Function<OrderEntry, Decision> decide, Instant now) {
    if (!partition.attempt(key, decide, now)) {
      runs.refuse(run, key.account(), null, now);
    }
  }

  private void drop(OrderKey order, Instant now) {
    partition.attempt(
        order, entry -> partition.decisions().dropped(entry, partition.demand(entry), now), now);
  }

  private void resume(UUID run, OrderKey order, Instant now) {
    Standing standing = partition.entry(order).standing();
    if (runs.live(run) && claims.held(run, order, standing)) {
      partition.attempt(order, entry -> partition.decisions().resumed(entry, run, now), now);
    }
  }

  private @Nullable PendingWork forgotten(PendingWork.OfMarker work, Run run, Instant now) {
    PendingWork left =
        overClaims(
            work,
            run,
            order -> {
              claims.remove(run.id(), order);
              drop(order, now);
            });
    if (left == null) {
      runs.forget(run.id(), now);
    }
    return left;
  }

  /** Goes through the orders that a run claims. */
  private @Nullable PendingWork overClaims(
      PendingWork.OfMarker work, Run run, java.util.function.Consumer<OrderKey> each) {
    String last = work.cursor();
    OrderKey after = last == null ? null : StoreKeys.order(last);
    int most = Math.min(SLICE, partition.roomToRead());
    List<OrderKey> page = claims.of(run.id(), after, most);
    for (OrderKey order : page) {
      if (!partition.room()) {
        break;
      }
      each.accept(order);
      last = StoreKeys.of(order);
    }
    return page.isEmpty() && most > 0 ? null : work.at(last, 0, 0);
  }

  private List<KeyValue<String, Standing>> page(PendingWork.OfMarker work, String account) {
    String last = work.cursor();
    String from = last == null ? StoreKeys.first(account) : StoreKeys.behind(last);
    return partition
        .standings()
        .page(from, StoreKeys.last(account), Math.min(SLICE, partition.roomToRead()), false);
  }

  /** The last one again, if there was one: the cursor's key is read once more and left out. */
  private List<KeyValue<String, Standing>> pageBackwards(
      PendingWork.OfMarker work, String account) {
    String last = work.cursor();
    String to = last == null ? StoreKeys.last(account) : last;
    return partition
        .standings()
        .page(StoreKeys.first(account), to, Math.min(SLICE, partition.roomToRead()), true)
        .stream()
        .filter(each -> !each.key.equals(last))
        .toList();
  }
}
