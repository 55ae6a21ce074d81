package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.Lane;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.order.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The unsettled orders of one partition, sorted by what is to be done about them, and their
 * numbers, kept as they change. It holds nothing that the store of standings does not say: it is
 * built from it whenever the task begins, and follows each change of a task. Not thread safe.
 */
final class OrderQueue {
  /** With work to do and nothing in its way, an account that sends nothing for so long is stuck. */
  static final Duration QUIET = Duration.ofMinutes(1);

  private final Map<String, OfAccount> accounts = new TreeMap<>();
  private final TreeSet<Due> due = new TreeSet<>(Due.SOONEST);
  private final Map<OrderKey, Instant> times = new HashMap<>();
  private final Map<Group, Sizes> sizes = new HashMap<>();

  /** An order's task is another one. */
  void move(OrderKey key, Task before, Task after, Instant now) {
    if (before.equals(after)) {
      return;
    }
    OfAccount account = work(key.account());
    account.remove(key, before);
    account.add(key, after, now);
    count(key, before, -1);
    count(key, after, 1);
    notDue(key);
    Instant at = dueAt(after, now);
    if (at != null) {
      due.add(new Due(at, key));
      times.put(key, at);
    }
  }

  /** A task that begins later than now began before the clock was set back: it waits as long. */
  private static @Nullable Instant dueAt(Task task, Instant now) {
    Instant at = task.dueAt();
    return at != null && task.since().isAfter(now)
        ? now.plus(Duration.between(task.since(), at))
        : at;
  }

  private void notDue(OrderKey key) {
    Instant at = times.remove(key);
    if (at != null) {
      due.remove(new Due(at, key));
    }
  }

  /** Accounts in which something waits for its turn. */
  List<String> queued() {
    List<String> names = new ArrayList<>();
    accounts.forEach(
        (name, work) -> {
          if (work.waits()) {
            names.add(name);
          }
        });
    return names;
  }

  /** The order whose turn it is, if the account's window lets it out. */
  Optional<OrderKey> next(String account, Instant now) {
    OfAccount work = accounts.get(account);
    return work == null
        ? Optional.empty()
        : Stream.of(work.first, work.again)
            .flatMap(line -> line.next(work.window, now).stream())
            .min(Slot.TURN)
            .map(slot -> new OrderKey(account, slot.osId));
  }

  /** Orders whose time is up, soonest first. */
  List<OrderKey> due(Instant now, int most) {
    List<OrderKey> keys = new ArrayList<>();
    for (Due next : due) {
      if (next.at.isAfter(now) || keys.size() == most) {
        break;
      }
      keys.add(next.key);
    }
    return keys;
  }

  /** Nothing can be done about the order: it hinders no other until the task begins again. */
  void setAside(OrderKey key, Task task) {
    OfAccount work = accounts.get(key.account());
    if (work != null) {
      work.line(task).queue.remove(Slot.of(key, task));
    }
    notDue(key);
  }

  /** The request was answered, as far as that says something of the account's window. */
  void answered(String account, Task.Requested request, Instant now, int max) {
    if (!failedBefore(request)) {
      OfAccount work = work(account);
      work.window = work.window.answered(request.since(), work.first.outstanding, now, max);
    }
  }

  /** A request that was sent then was deferred: the account is closed until {@code until}. */
  void deferred(String account, Lane lane, Instant sentAt, Instant until, Instant now) {
    OfAccount work = work(account);
    work.window = work.window.deferred(lane, sentAt, until, now);
  }

  private OfAccount work(String account) {
    return accounts.computeIfAbsent(account, name -> new OfAccount());
  }

  /**
   * Accounts that could send and do not.
   *
   * @param works whether nothing else keeps an account from it at a time
   */
  List<String> stuck(BiPredicate<String, Instant> works, Instant now) {
    return queued().stream()
        .filter(account -> works.test(account, now))
        .flatMap(
            account ->
                quietSince(account, now)
                    .map(since -> account + ": orders wait, but nothing was sent since " + since)
                    .stream())
        .toList();
  }

  /** Since when the account could have sent something and did not; empty: that is not so. */
  Optional<Instant> quietSince(String account, Instant now) {
    OfAccount work = accounts.get(account);
    if (work == null || !work.waits()) {
      return Optional.empty();
    }
    Instant since = work.window.openSince(work.busyAt);
    return since.plus(QUIET).isAfter(now) ? Optional.empty() : Optional.of(since);
  }

  /** The account could not send before this. */
  void busy(String account, Instant at) {
    OfAccount work = accounts.get(account);
    if (work != null) {
      work.busyAt = at;
    }
  }

  /** How many orders are in which state and lane, and since when the oldest waits. */
  Map<Group, Size> sizes() {
    Map<Group, Size> now = new HashMap<>();
    sizes.forEach((group, each) -> now.put(group, each.size()));
    return now;
  }

  private void count(OrderKey key, Task task, int more) {
    if (task instanceof Task.Settled) {
      return;
    }
    Group group = new Group(key.account(), task.want().lane(), task.work());
    Sizes each = sizes.computeIfAbsent(group, same -> new Sizes());
    each.count(task.since(), more, task instanceof Task.Queued);
    if (each.count == 0) {
      sizes.remove(group);
    }
  }

  record Group(String account, Lane lane, Work state) {}

  /**
   * How many orders of a group there are.
   *
   * @param oldest since when the one waits that waits for its turn longest; null if none does
   */
  record Size(long count, @Nullable Instant oldest) {}

  /** The numbers of a group. */
  private static final class Sizes {
    private final TreeMap<Instant, Integer> since = new TreeMap<>();
    private long count;

    void count(Instant at, int more, boolean waits) {
      count += more;
      if (waits) {
        since.merge(at, more, (one, other) -> one + other == 0 ? null : one + other);
      }
    }

    Size size() {
      return new Size(count, since.isEmpty() ? null : since.firstKey());
    }
  }

  /** What failed may never be answered: it fills no place of what did not. */
  private static boolean failedBefore(Task task) {
    return task.attempts().made() > 0;
  }

  /** One account's work. */
  private static final class OfAccount {
    private final Line first = new Line();
    private final Line again = new Line();
    private RequestWindow window = RequestWindow.NEW;
    private Instant busyAt = Instant.EPOCH;

    boolean waits() {
      return !first.queue.isEmpty() || !again.queue.isEmpty();
    }

    Line line(Task task) {
      return failedBefore(task) ? again : first;
    }

    void remove(OrderKey key, Task task) {
      if (task instanceof Task.Queued) {
        line(task).queue.remove(Slot.of(key, task));
      } else if (task instanceof Task.Requested) {
        line(task).outstanding--;
      }
    }

    void add(OrderKey key, Task task, Instant now) {
      if (task instanceof Task.Queued) {
        busyAt = waits() ? busyAt : now;
        line(task).queue.add(Slot.of(key, task));
      } else if (task instanceof Task.Requested) {
        busyAt = now;
        line(task).outstanding++;
      }
    }
  }

  /** Orders that wait for their turn, and how many of them have had it and wait for the answer. */
  private static final class Line {
    private final TreeSet<Slot> queue = new TreeSet<>(Slot.TURN);
    private int outstanding;

    Optional<Slot> next(RequestWindow window, Instant now) {
      return queue.isEmpty() || !window.admits(queue.first().lane, outstanding, now)
          ? Optional.empty()
          : Optional.of(queue.first());
    }
  }

  /** A place in the queue: lane by lane, the newest order first. */
  private record Slot(Lane lane, long osId) {
    static final Comparator<Slot> TURN =
        Comparator.comparing(Slot::lane).thenComparing(Slot::osId, Comparator.reverseOrder());

    static Slot of(OrderKey key, Task task) {
      return new Slot(task.want().lane(), key.osId());
    }
  }

  private record Due(Instant at, OrderKey key) {
    static final Comparator<Due> SOONEST =
        Comparator.comparing(Due::at)
            .thenComparing(due -> due.key.account())
            .thenComparing(due -> due.key.osId());
  }
}
