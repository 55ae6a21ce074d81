/**
 * The commands that talk to a producer, wherever it runs, over its HTTP API.
 *
 * <p>{@link dev.ordem.quickstart.cli.ServerOptions} finds it, {@link
 * dev.ordem.quickstart.cli.ProducerApi} asks it, and whatever it refuses is one line and an exit
 * code ({@link dev.ordem.quickstart.cli.terminal.CommandFailure}). No command keeps anything: a run
 * goes on when the command that asked for it, or follows it, is stopped.
 */
@NullMarked
package dev.ordem.quickstart.cli;

import org.jspecify.annotations.NullMarked;
