package dev.ordem.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The measurements, from the command line: {@code bench/run --help}. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures Ordem, and what others offer in its place.",
    subcommands = {LimitersCommand.class, PermitCommand.class, LoadCommand.class})
public final class Bench {
  /** Where every process of a measurement finds how to log. */
  static final String LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine commands = new CommandLine(new Bench());
    commands.registerConverter(Contender.class, Contender::of);
    System.exit(commands.execute(arguments));
  }
}
