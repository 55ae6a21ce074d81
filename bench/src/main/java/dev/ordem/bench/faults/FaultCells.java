package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * All that is tried: faults without a moment.
 *
 * @param disks whether disks can be full here
 * @param clocks whether clocks can be set here
 * @param only what stands in the table so is tried, and nothing else
 */
record FaultCells(boolean disks, boolean clocks, Pattern only) {
  private static final List<FaultKind> OF_ALL =
      List.of(FaultKind.KILL, FaultKind.RESTART, FaultKind.FREEZE);

  private static final List<FaultKind> CLOCK = List.of(FaultKind.CLOCK, FaultKind.WRONG_CLOCK);

  /** What happens to processes. */
  List<Fault> processes() {
    List<Fault> cells = new ArrayList<>();
    List<String> names = new ArrayList<>(Site.SERVICES);
    names.addAll(Site.STORES);
    for (String name : names) {
      OF_ALL.forEach(kind -> cells.add(card(kind, name)));
    }
    for (String road : Site.roads()) {
      cells.add(card(FaultKind.CUT, road));
      cells.add(card(FaultKind.HOLD, road));
    }
    if (disks) {
      for (String disk : List.of("detail-worker-1", "detail-worker-2", "kafka", "postgres")) {
        cells.add(card(FaultKind.FULL, disk));
      }
    }
    for (int i = 0; i < 2; i++) {
      cells.add(card(FaultKind.COPY, "postgres"));
      cells.add(card(FaultKind.PUT_BACK, "postgres"));
    }
    if (clocks) {
      for (String name :
          List.of(Site.HOST, "postgres", "producer-1", "detail-worker-2", "sink-1", "kafka")) {
        CLOCK.forEach(kind -> clock(cells, kind, name));
      }
    }
    return wanted(cells);
  }

  /** Forward and back. */
  private static void clock(List<Fault> cells, FaultKind kind, String name) {
    cells.add(new Fault(kind, name, 0, 0, 1));
    cells.add(new Fault(kind, name, 0, 0, -1));
  }

  /** What people do, and losses after which nobody has to resume in time. */
  List<Fault> acts() {
    List<Fault> cells = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      cells.add(card(FaultKind.RESUME, "run"));
      cells.add(card(FaultKind.TRUNCATE, "os"));
      cells.add(card(FaultKind.DELETE, "os"));
      cells.add(card(FaultKind.DELETE, "os_status_history"));
      cells.add(card(FaultKind.CONSTRAINT, "os"));
    }
    cells.add(card(FaultKind.CANCEL, "run"));
    cells.add(card(FaultKind.TRUNCATE, "os_status_history"));
    cells.add(card(FaultKind.OUTAGE, "tiny"));
    cells.add(card(FaultKind.EXPIRE, "tiny"));
    cells.add(card(FaultKind.OLD_STORES, "detail-worker-1"));
    cells.add(card(FaultKind.OLD_STORES, "detail-worker-2"));
    cells.add(card(FaultKind.LOST_STORES, "detail-worker-2"));
    cells.add(card(FaultKind.NEW_KAFKA, "kafka"));
    return wanted(cells);
  }

  private List<Fault> wanted(List<Fault> cells) {
    return cells.stream().filter(cell -> only.matcher(cell.cell()).find()).toList();
  }

  private static Fault card(FaultKind kind, String target) {
    return new Fault(kind, target, 0, 0, 0);
  }
}
