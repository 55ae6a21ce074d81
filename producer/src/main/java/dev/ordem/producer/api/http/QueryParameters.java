package dev.ordem.producer.api.http;

import dev.ordem.runtime.http.Problem;
import io.javalin.http.Context;

/** Parameters of a request's query: each refusal names the parameter. */
public final class QueryParameters {
  private QueryParameters() {}

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
