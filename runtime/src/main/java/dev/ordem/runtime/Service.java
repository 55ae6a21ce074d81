package dev.ordem.runtime;

import io.javalin.config.RoutesConfig;

/** A part of a process that can be started and stopped by itself. */
public interface Service extends AutoCloseable {
  /** As in logs, health and the command line. */
  String name();

  /**
   * Looks whether what it needs outside lets it in and is as it must be; leaves nothing open. May
   * be asked again and again before the start.
   *
   * @throws StartException if not, saying why
   */
  default void check() throws StartException, InterruptedException {}

  /**
   * Connects and begins to work; returns when it does.
   *
   * @throws StartException if something outside is not as it must be
   */
  void start() throws StartException, InterruptedException;

  /** A value: no I/O happens here. Called from any thread, at any time, before the start too. */
  Health health();

  /** Adds what it serves to the HTTP server of its process. */
  default void routes(RoutesConfig routes) {}

  /** Stops intake, drains, commits, lets go; each wait is bounded. Called once, started or not. */
  @Override
  void close();
}
