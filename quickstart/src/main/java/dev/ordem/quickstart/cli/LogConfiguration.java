package dev.ordem.quickstart.cli;

import dev.ordem.runtime.Environment;
import java.nio.file.Path;

/**
 * Where each command's log goes: {@code up} has a terminal to keep clean, so its log is a file; a
 * service in the foreground logs to standard error, as containers want it; the other commands only
 * say when something is wrong.
 */
public final class LogConfiguration {
  private static final String CONFIGURATION = "logback.configurationFile";

  private LogConfiguration() {}

  /** To be called before anything logs. */
  public static void choose(String command) {
    if (System.getProperty(CONFIGURATION) != null) {
      return;
    }
    switch (command) {
      case "up" -> {
        System.setProperty("ordem.log", home().resolve("ordem.log").toString());
        System.setProperty(CONFIGURATION, "logback-up.xml");
      }
      case "producer", "detail-worker", "sink", "simulator" -> {} // logback.xml of runtime
      default -> System.setProperty(CONFIGURATION, "logback-quiet.xml");
    }
  }

  /** {@code ORDEM_HOME}; the launcher says {@code .ordem} beside itself unless told otherwise. */
  public static Path home() {
    Environment environment = Environment.of(System.getenv());
    Path home = environment.parsed("ORDEM_HOME", Path.of(".ordem"), "a directory", Path::of);
    environment.verify();
    return home.toAbsolutePath().normalize();
  }

  public static String hint() {
    String file = System.getProperty("ordem.log");
    return file == null ? "" : ", with the end of " + file;
  }
}
