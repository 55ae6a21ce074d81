package dev.ordem.bench.pipeline;

import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** All status changes that a subscriber reads who reads only what is committed. */
public final class ToldChanges {
  private final List<StatusChange> changes;

  /** What was told, in the order in which it was read. */
  ToldChanges(List<StatusChange> changes) {
    this.changes = List.copyOf(changes);
  }

  /** Reads the topic from its beginning to its end; what is told again as such counts once. */
  public static ToldChanges read(String bootstrapServers) {
    List<StatusChange> changes = new ArrayList<>();
    Set<UUID> known = new HashSet<>();
    CommittedRecords.read(
        bootstrapServers,
        Topics.OS_STATUS_CHANGES.name(),
        record -> {
          StatusChange change = Objects.requireNonNull(Topics.OS_STATUS_CHANGES.value(record));
          if (known.add(change.id()) || record.headers().lastHeader(StatusChange.RETOLD) == null) {
            changes.add(change);
          }
        });
    return new ToldChanges(changes);
  }

  /** How many were told. */
  public int count() {
    return changes.size();
  }

  /**
   * What a subscriber would not forgive: an id told twice, a gap or a repetition in the sequence of
   * an order, a change that does not begin where the one before ended, an order whose last change
   * is not the status it has, an order of which nothing was told. One sentence each.
   *
   * @param situacoes status of each living order
   */
  public List<String> defects(Map<Long, Integer> situacoes) {
    List<String> defects = new ArrayList<>();
    Set<UUID> ids = new HashSet<>();
    Map<Long, StatusChange> last = new HashMap<>();
    for (StatusChange change : changes) {
      if (!ids.add(change.id())) {
        defects.add("told twice: " + change);
      }
      StatusChange before = last.put(change.osId(), change);
      long sequence = before == null ? 1 : before.sequence() + 1;
      Integer from = before == null ? null : (Integer) before.to();
      if (change.sequence() != sequence || !Objects.equals(change.from(), from)) {
        defects.add("not behind " + before + ": " + change);
      }
    }
    situacoes.forEach(
        (id, situacao) -> {
          StatusChange change = last.get(id);
          if (change == null || change.to() != situacao) {
            defects.add(id + " is " + situacao + ", last told " + change);
          }
        });
    return defects;
  }
}
