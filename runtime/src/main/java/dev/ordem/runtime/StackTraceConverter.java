package dev.ordem.runtime;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.List;
import java.util.Optional;

/**
 * The exception of a line in the log: its stack trace, below the line. Of the loggers that are
 * named as options only what went wrong, on the line itself: libraries that tell of an outage,
 * which is nothing unexpected. Logback makes it, and calls it from any thread.
 */
public final class StackTraceConverter extends ThrowableHandlingConverter {
  /** For Logback, which reads the class's name in its configuration. */
  public StackTraceConverter() {}

  @Override
  public String convert(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown == null) {
      return "";
    }
    return Optional.ofNullable(getOptionList()).orElse(List.of()).stream()
            .anyMatch(event.getLoggerName()::startsWith)
        ? " (" + causes(thrown) + ")"
        : System.lineSeparator() + ThrowableProxyUtil.asString(thrown).stripTrailing();
  }

  private static String causes(IThrowableProxy thrown) {
    StringBuilder causes = new StringBuilder();
    for (IThrowableProxy each = thrown; each != null; each = each.getCause()) {
      String name = each.getClassName();
      causes
          .append(causes.isEmpty() ? "" : " <- ")
          .append(name.substring(name.lastIndexOf('.') + 1))
          .append(": ")
          .append(String.valueOf(each.getMessage()).lines().findFirst().orElse(""));
    }
    return causes.toString();
  }
}
