package dev.ordem.producer.api.runs;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.RequestBody;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.runtime.http.Problem;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as it is asked for. What of it can be is for {@code ordem_request} to say, in Postgres.
 *
 * @param max most headers to read; null: no limit
 * @param start whether it begins at once
 * @param requestedBy who asks: {@code api} or {@code up}
 */
record RunRequestBody(
    String mode,
    String account,
    @Nullable LocalDate from,
    @Nullable LocalDate to,
    @Nullable Long max,
    boolean headersOnly,
    boolean start,
    String requestedBy) {
  private static final Set<String> FIELDS =
      Set.of("mode", "from", "to", "max", "headersOnly", "account", "start", "requestedBy");

  /**
   * Reads a request.
   *
   * @param text the body; blank stands for {@code {}}
   */
  static RunRequestBody read(String text, RequestDefaults defaults, ApiDatabase database) {
    RequestBody body = RequestBody.read(text, FIELDS);
    String requestedBy = or(body.text("requestedBy"), "api");
    if (!Set.of("api", "up").contains(requestedBy)) {
      throw Problem.invalid("requestedBy: \"" + requestedBy + "\" is neither api nor up");
    }
    Long max = body.number("max");
    String account = body.text("account");
    return new RunRequestBody(
        or(body.text("mode"), "incremental"),
        account == null ? defaults.meant(database) : account,
        date(body, "from"),
        date(body, "to"),
        max == null ? defaults.max() : max,
        Boolean.TRUE.equals(body.flag("headersOnly")),
        !Boolean.FALSE.equals(body.flag("start")),
        requestedBy);
  }

  private static String or(@Nullable String text, String fallback) {
    return text == null ? fallback : text;
  }

  private static @Nullable LocalDate date(RequestBody body, String name) {
    String text = body.text(name);
    try {
      LocalDate date = text == null ? null : LocalDate.parse(text);
      if (date != null && (date.getYear() < 1 || date.getYear() > 9999)) {
        throw Problem.invalid(name + " " + text + ": must be from 2000-01-01 to a year from today");
      }
      return date;
    } catch (DateTimeParseException e) {
      throw Problem.invalid(name + ": \"" + text + "\" is no date; write YYYY-MM-DD", e);
    }
  }

  /** A date as a parameter of type {@code text}: Postgres says which it cannot hold. */
  static @Nullable String parameter(@Nullable LocalDate date) {
    return date == null ? null : date.toString();
  }
}
