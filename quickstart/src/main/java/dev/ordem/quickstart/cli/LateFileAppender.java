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

  @Override
  public void start() {
    started = true;
  }

  @Override
  protected void append(ILoggingEvent event) {
    open();
    super.append(event);
  }

  private synchronized void open() {
    if (!opened) {
      opened = true;
      super.start();
    }
  }
}
