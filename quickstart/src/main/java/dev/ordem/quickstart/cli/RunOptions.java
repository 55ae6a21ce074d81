package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Mode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which run is meant, whether it is asked for or only planned. */
final class RunOptions {
  private static final String MODES =
      Stream.of(Mode.values()).map(Mode::text).collect(Collectors.joining(", "));

  @Option(
      names = "--mode",
      converter = ModeByName.class,
      description = {
        "incremental (what is new, recent or open), full, period, details (what a headers-only run"
            + " left), reconcile (everything, and compares Tiny, ledger and Postgres), auto"
            + " (decides), or resume (goes on with the newest run that was not finished).",
        "Default: incremental; period where dates are given."
      })
  private @Nullable String mode;

  @Option(
      names = "--month",
      converter = MonthByName.class,
      description =
          "One month of emission dates (YYYY-MM or MM/yyyy), in place of --from and --to.")
  private @Nullable YearMonth month;

  @Option(
      names = "--from",
      converter = DateByName.class,
      description = "First emission date (YYYY-MM-DD or dd/MM/yyyy).")
  private @Nullable LocalDate from;

  @Option(
      names = "--to",
      converter = DateByName.class,
      description = "Last emission date (YYYY-MM-DD or dd/MM/yyyy).")
  private @Nullable LocalDate to;

  @Option(names = "--max", description = "Read at most this many headers, or details.")
  private @Nullable Long max;

  @Option(names = "--headers-only", description = "Leave the details for later.")
  private boolean headersOnly;

  @Option(names = "--account", description = "Tiny account, where there are several.")
  private @Nullable String account;

  /** Modes by the names that people write. */
  static final class ModeByName implements ITypeConverter<String> {
    @Override
    public String convert(String name) {
      String mode = name.toLowerCase(Locale.ROOT);
      boolean known = Stream.of(Mode.values()).anyMatch(each -> each.text().equals(mode));
      if (known || mode.equals("resume") || mode.equals("details-only")) {
        return mode;
      }
      throw new TypeConversionException(
          "'%s' is no mode; there are %s, resume".formatted(name, MODES));
    }
  }

  /** Dates as the API and as Brazilians write them. */
  static final class DateByName implements ITypeConverter<LocalDate> {
    private static final DateTimeFormatter BRAZILIAN =
        DateTimeFormatter.ofPattern("d/M/uuuu", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    @Override
    public LocalDate convert(String text) {
      try {
        return text.contains("/") ? LocalDate.parse(text, BRAZILIAN) : LocalDate.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no date; write 2026-01-31 or 31/01/2026".formatted(text));
      }
    }
  }

  /** Months by year and number. */
  static final class MonthByName implements ITypeConverter<YearMonth> {
    private static final DateTimeFormatter BRAZILIAN =
        DateTimeFormatter.ofPattern("M/uuuu", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    @Override
    public YearMonth convert(String text) {
      try {
        return text.contains("/") ? YearMonth.parse(text, BRAZILIAN) : YearMonth.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no month; write 2026-01 or 01/2026".formatted(text));
      }
    }
  }

  /** What was given, by the names of the API; {@link CommandFailure} if it contradicts itself. */
  ObjectNode fill(ObjectNode request) {
    LocalDate first = month == null ? from : month.atDay(1);
    LocalDate last = month == null ? to : month.atEndOfMonth();
    if (month != null && (from != null || to != null)) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE, "Give either --month, or --from and --to.");
    }
    boolean dates = first != null || last != null;
    request.put("mode", mode != null ? mode : dates ? "period" : "incremental");
    Optional.ofNullable(first).ifPresent(date -> request.put("from", date.toString()));
    Optional.ofNullable(last).ifPresent(date -> request.put("to", date.toString()));
    Optional.ofNullable(max).ifPresent(count -> request.put("max", count));
    Optional.ofNullable(account).ifPresent(name -> request.put("account", name));
    return request.put("headersOnly", headersOnly);
  }
}
