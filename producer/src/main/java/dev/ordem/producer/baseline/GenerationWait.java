package dev.ordem.producer.baseline;

import java.sql.SQLException;
import java.time.Duration;

/** How whoever needs a generation waits for it. */
public interface GenerationWait {
  /** Tells those who watch what it waits for. */
  void tell(String why) throws SQLException;

  /** Waits; returns whether to stop instead. */
  boolean pause(Duration time) throws InterruptedException;
}
