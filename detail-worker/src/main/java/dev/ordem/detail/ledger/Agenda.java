package dev.ordem.detail.ledger;

import dev.ordem.contract.Lane;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The unsettled orders of one partition, sorted by what is to be done about them. It holds nothing
 * that the store of standings does not say: it is built from it at the start and follows each
 * change of a task, so it cannot be out of step after a crash. Not thread safe.
 */
final class Agenda {
  private final Map<String, OfAccount> accounts = new TreeMap<>();
  private final TreeSet<Due> due = new TreeSet<>(Due.SOONEST);

  /** An order's task is another one. */
  void move(OrderKey key, Task before, Task after) {
    OfAccount account = accounts.computeIfAbsent(key.account(), name -> new OfAccount());
    account.remove(key, before);
    account.add(key, after);
    if (before.dueAt() != null) {
      due.remove(new Due(before.dueAt(), key));
    }
    if (after.dueAt() != null) {
      due.add(new Due(after.dueAt(), key));
    }
  }

  /** Accounts with work of any kind. */
  List<String> accounts() {
    return List.copyOf(accounts.keySet());
  }

  /** The order whose turn it is, if the account's window lets it out. */
  Optional<OrderKey> next(String account, Instant now) {
    OfAccount work = accounts.get(account);
    if (work == null || work.queue.isEmpty()) {
      return Optional.empty();
    }
    Slot first = work.queue.first();
    return work.window.admits(first.lane, work.outstanding(), now)
        ? Optional.of(new OrderKey(account, first.osId))
        : Optional.empty();
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

  /** Orders of an account that wait for their turn or their next attempt. */
  List<OrderKey> waiting(String account) {
    List<OrderKey> keys = new ArrayList<>();
    OfAccount work = accounts.get(account);
    if (work != null) {
      work.queue.forEach(slot -> keys.add(new OrderKey(account, slot.osId)));
      work.others.forEach(
          (osId, task) -> {
            if (task.waiting()) {
              keys.add(new OrderKey(account, osId));
            }
          });
    }
    return keys;
  }

  /** Requests that are out for an account. */
  int outstanding(String account) {
    OfAccount work = accounts.get(account);
    return work == null ? 0 : work.outstanding();
  }

  Window window(String account) {
    OfAccount work = accounts.get(account);
    return work == null ? Window.NEW : work.window;
  }

  void window(String account, UnaryOperator<Window> change) {
    OfAccount work = accounts.computeIfAbsent(account, name -> new OfAccount());
    work.window = change.apply(work.window);
  }

  /** How many orders are in which state and lane, and since when the oldest waits. */
  Map<Group, Size> sizes() {
    Map<Group, Size> sizes = new HashMap<>();
    accounts.forEach(
        (name, work) -> {
          work.queue.forEach(slot -> grow(sizes, name, slot.lane, Work.QUEUED, slot.since));
          work.others.forEach((id, task) -> grow(sizes, name, task.lane(), task.state(), null));
        });
    return sizes;
  }

  private static void grow(
      Map<Group, Size> sizes, String account, Lane lane, Work state, @Nullable Instant since) {
    sizes.merge(new Group(account, lane, state), new Size(1, since), Size::plus);
  }

  record Group(String account, Lane lane, Work state) {}

  /**
   * How many orders of a group there are.
   *
   * @param oldest since when the one waits that waits for its turn longest; null if none does
   */
  record Size(long count, @Nullable Instant oldest) {
    Size plus(Size other) {
      boolean older = oldest == null || (other.oldest != null && other.oldest.isBefore(oldest));
      return new Size(count + other.count, older ? other.oldest : oldest);
    }
  }

  /** One account's work. */
  private static final class OfAccount {
    private final TreeSet<Slot> queue = new TreeSet<>(Slot.TURN);
    private final Map<Long, Task> others = new HashMap<>();
    private int outstanding;
    private Window window = Window.NEW;

    int outstanding() {
      return outstanding;
    }

    void remove(OrderKey key, Task task) {
      if (task.state() == Work.QUEUED) {
        queue.remove(Slot.of(key, task));
      } else if (others.remove(key.osId()) != null && task.state() == Work.REQUESTED) {
        outstanding--;
      }
    }

    void add(OrderKey key, Task task) {
      if (task.state() == Work.QUEUED) {
        queue.add(Slot.of(key, task));
      } else if (task.state() != Work.SETTLED) {
        others.put(key.osId(), task);
        outstanding += task.state() == Work.REQUESTED ? 1 : 0;
      }
    }
  }

  /** A place in the queue: lane by lane, the newest order first. */
  private record Slot(Lane lane, long osId, Instant since) {
    static final Comparator<Slot> TURN =
        Comparator.comparing(Slot::lane).thenComparing(Slot::osId, Comparator.reverseOrder());

    static Slot of(OrderKey key, Task task) {
      return new Slot(task.lane(), key.osId(), task.since());
    }
  }

  private record Due(Instant at, OrderKey key) {
    static final Comparator<Due> SOONEST =
        Comparator.comparing(Due::at)
            .thenComparing(due -> due.key.account())
            .thenComparing(due -> due.key.osId());
  }
}
