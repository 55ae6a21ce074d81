package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Mode;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which run is meant, whether it is asked for or only planned. */
final class RunOptions {
  @Option(
      names = "--mode",
      defaultValue = "incremental",
      converter = ModeByName.class,
      description = "incremental, full, period or auto. Default: ${DEFAULT-VALUE}.")
  private Mode mode = Mode.INCREMENTAL;

  @Option(names = "--from", description = "First emission date (YYYY-MM-DD), with --mode period.")
  private @Nullable LocalDate from;

  @Option(names = "--to", description = "Last emission date, with --mode period.")
  private @Nullable LocalDate to;

  @Option(names = "--headers-only", description = "Leave the details for later.")
  private boolean headersOnly;

  @Option(names = "--account", description = "Tiny account, where there are several.")
  private @Nullable String account;

  /** Modes by the names that people write. */
  static final class ModeByName implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String name) {
      return Stream.of(Mode.values())
          .filter(mode -> mode.text().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of incremental, full, period, auto".formatted(name)));
    }
  }

  /** Fills in what was given, by the names of the API. */
  ObjectNode fill(ObjectNode request) {
    request.put("mode", mode.text());
    Optional.ofNullable(from).ifPresent(date -> request.put("from", date.toString()));
    Optional.ofNullable(to).ifPresent(date -> request.put("to", date.toString()));
    Optional.ofNullable(account).ifPresent(name -> request.put("account", name));
    return request.put("headersOnly", headersOnly);
  }
}
