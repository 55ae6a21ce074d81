package dev.ordem.producer.api.http;

import dev.ordem.runtime.http.Problem;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of a request's query: each refusal names the parameter. */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * One of a few words, in whatever case it is asked for.
   *
   * @return as {@code words} have it; null: the request does not say
   */
  public static @Nullable String word(Context http, String name, List<String> words) {
    String text = http.queryParam(name);
    if (text == null) {
      return null;
    }
    return words.stream()
        .filter(text::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                Problem.invalid(
                    name + ": \"" + text + "\" is none of " + String.join(", ", words)));
  }

  public static long number(Context http, String name, long usual, long least, long most) {
    String text = http.queryParam(name);
    String range = " from " + least + " to " + most;
    try {
      long number = text == null ? usual : Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw Problem.invalid(name + ": \"" + text + "\" is no number" + range, e);
    }
    throw Problem.invalid(name + ": " + text + " is not" + range);
  }
}
