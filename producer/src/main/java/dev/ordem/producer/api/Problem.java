package dev.ordem.producer.api;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says what is wrong and what would be right.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int RETRY_AFTER_SECONDS = 5;

  private final int status;
  private final String title;

  private Problem(int status, String title, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
    this.title = title;
  }

  /** The request names something that cannot be. */
  static Problem invalid(String detail, Throwable cause) {
    return new Problem(400, "Invalid request", detail, cause);
  }

  /** The request names something that cannot be. */
  static Problem invalid(String detail) {
    return new Problem(400, "Invalid request", detail, null);
  }

  static Problem notFound(String detail) {
    return new Problem(404, "Not found", detail, null);
  }

  /** The thing is there, but not in a state for this. */
  static Problem conflict(String detail) {
    return new Problem(409, "Not now", detail, null);
  }

  /** Postgres is not there, or not ready yet. */
  static Problem unavailable(String detail, @Nullable Throwable cause) {
    return new Problem(503, "Try again", detail, cause);
  }

  void answer(Context http) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", String.valueOf(getMessage()));
    if (status == 503) {
      http.header("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }
    http.status(status).json(body).contentType("application/problem+json");
  }
}
