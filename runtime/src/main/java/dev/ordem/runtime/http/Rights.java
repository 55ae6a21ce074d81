package dev.ordem.runtime.http;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** What who asks may do. Each of them includes those before it. */
public enum Rights {
  /** Health, and the page to log in. */
  NONE,
  /** What is not about persons ({@code ORDEM_READ_TOKEN}). */
  READ,
  /** Everything ({@code ORDEM_API_TOKEN}; on loopback without a token everybody). */
  ALL;

  private static final String ATTRIBUTE = "dev.ordem.rights";

  /** Of who sends {@code http}; everything where no door was passed, as in a test of one route. */
  public static Rights of(Context http) {
    @Nullable Rights known = http.attribute(ATTRIBUTE);
    return known == null ? ALL : known;
  }

  void grant(Context http) {
    http.attribute(ATTRIBUTE, this);
  }
}
