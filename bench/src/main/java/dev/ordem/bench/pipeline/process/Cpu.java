package dev.ordem.bench.pipeline.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What processes have had of the processors, in seconds, as Linux counts it. */
public final class Cpu {
  /** USER_HZ, which Linux has promised to programs since 2.4. */
  private static final double TICKS_A_SECOND = 100;

  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  private Cpu() {}

  /** Of one process with all its threads. */
  public static double of(long pid) {
    List<String> fields = fields(pid);
    return fields.isEmpty() ? 0 : (ticks(fields, USER) + ticks(fields, SYSTEM)) / TICKS_A_SECOND;
  }

  /** Of a process and of all that it has started, the ended included: a Postgres. */
  public static double ofTree(long pid) {
    List<String> fields = fields(pid);
    if (fields.isEmpty()) {
      return 0;
    }
    double ended = (ticks(fields, CHILDREN_USER) + ticks(fields, CHILDREN_SYSTEM)) / TICKS_A_SECOND;
    double living =
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::children)
            .mapToDouble(child -> ofTree(child.pid()))
            .sum();
    return of(pid) + ended + living;
  }

  private static long ticks(List<String> fields, int index) {
    return Long.parseLong(fields.get(index));
  }

  /** Those behind the program's name, which may hold anything; none if the process is gone. */
  private static List<String> fields(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("processor times are read from /proc, which Linux has", e);
    }
  }
}
