package dev.ordem.producer;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topics;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a run's state means for what is to be done. */
final class Runs {
  private Runs() {}

  /** Whether its headers are still to be read, now. */
  static boolean toRead(RunState run) {
    return switch (run.status()) {
      case QUEUED -> !run.request().startLater();
      case RUNNING -> !headersOver(run);
      case COMPLETE, PARTIAL, FAILED, CANCELED -> false;
    };
  }

  /** Whether only details and the store are still to come. */
  static boolean settling(RunState run) {
    return run.status() == RunStatus.RUNNING && headersOver(run);
  }

  /** A marker in each partition, behind all headers of the run. */
  static List<ProducerRecord<byte[], byte[]>> markers(HeaderEvent.Marker marker, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(
            partition -> Topics.OS_HEADERS.record(partition, marker.runId().toString(), marker))
        .toList();
  }

  private static boolean headersOver(RunState run) {
    return run.cursor() != null && run.cursor().markedAt() != null;
  }
}
