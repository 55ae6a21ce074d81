package dev.ordem.quickstart.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;

/**
 * A log file that is made with its first line: whoever gave a wrong variable is told so, and finds
 * no new directory afterwards. Logback makes it, and calls it from any thread.
 */
public final class LateFileAppender extends RollingFileAppender<ILoggingEvent> {
  private boolean opened;

  /** For Logback, which reads the class's name in its configuration. */
  public LateFileAppender() {}

  /** Does nothing yet. */
  @Override
  public void start() {}

  @Override
  public void doAppend(ILoggingEvent event) {
    open();
    super.doAppend(event);
  }

  private synchronized void open() {
    if (!opened) {
      opened = true;
      super.start();
    }
  }
}
