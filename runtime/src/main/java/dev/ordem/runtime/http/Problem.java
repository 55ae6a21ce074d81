package dev.ordem.runtime.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that says what is wrong and what would be right.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
  private static final int RETRY_AFTER_SECONDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final String title;
  private final @Nullable String runId;
  private int retryAfterSeconds;

  private Problem(
      int status, String title, String detail, @Nullable String runId, @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
    this.title = title;
    this.runId = runId;
    this.retryAfterSeconds = status == 503 ? RETRY_AFTER_SECONDS : 0;
  }

  int status() {
    return status;
  }

  /** The request names something that cannot be. */
  public static Problem invalid(String detail, Throwable cause) {
    return new Problem(400, "Invalid request", detail, null, cause);
  }

  /** The request names something that cannot be. */
  public static Problem invalid(String detail) {
    return new Problem(400, "Invalid request", detail, null, null);
  }

  /** Who asks has not said who they are. */
  static Problem unauthorised() {
    return new Problem(
        401,
        "Unauthorized",
        "send the value of ORDEM_API_TOKEN as a bearer token, or log in at /login",
        null,
        null);
  }

  /** Whoever asks, not like this. */
  static Problem forbidden(String detail) {
    return new Problem(403, "Forbidden", detail, null, null);
  }

  /** The body is not in a form that is read here. */
  static Problem unsupported(String detail) {
    return new Problem(415, "Unsupported Media Type", detail, null, null);
  }

  /** Whoever asks, not so often. */
  static Problem tooMany(String detail, int retryAfterSeconds) {
    Problem problem = of(429, detail);
    problem.retryAfterSeconds = retryAfterSeconds;
    return problem;
  }

  /** With the status' own title. */
  public static Problem of(int status, String detail) {
    return new Problem(status, title(status), detail, null, null);
  }

  /** Whether a person looks at the answer in a browser, and wants a page. */
  public static boolean isForBrowser(Context http) {
    return Optional.ofNullable(http.header("Accept")).orElse("").contains("text/html");
  }

  /** Answers with an error that tells more: RFC 9457 lets a problem have members of its own. */
  public static void answer(Context http, int status, String detail, Map<String, Object> more) {
    new Problem(status, title(status), detail, null, null).answer(http, more);
  }

  public static Problem notFound(String detail) {
    return new Problem(404, "Not found", detail, null, null);
  }

  /**
   * The thing is there, but not in a state for this.
   *
   * @param runId the run that stands in the way, if one does
   */
  public static Problem conflict(String detail, @Nullable String runId) {
    return new Problem(409, "Not now", detail, runId, null);
  }

  /** Postgres is not there, or not ready yet. */
  public static Problem unavailable(String detail, @Nullable Throwable cause) {
    return new Problem(503, "Try again", detail, null, cause);
  }

  /** Answers every error of every path as a problem. */
  public static void answers(RoutesConfig routes) {
    routes.exception(Problem.class, (problem, http) -> problem.answer(http));
    routes.exception(
        HttpResponseException.class,
        (refused, http) -> {
          String allowed = refused.getDetails().get("availableMethods");
          if (refused.getStatus() == 405 && allowed != null) {
            http.header("Allow", allowed);
          }
          new Problem(refused.getStatus(), title(refused.getStatus()), said(refused), null, refused)
              .answer(http);
        });
    routes.exception(
        Exception.class,
        (defect, http) -> {
          LOG.error("{} {} failed", http.method(), http.path(), defect);
          new Problem(500, "A defect of Ordem", "see the log", null, defect).answer(http);
        });
  }

  private static String said(HttpResponseException refused) {
    return switch (refused.getStatus()) {
      case 404 -> "there is nothing here; README.md lists the paths";
      case 405 -> "this path has no such method; Allow tells which it has";
      default -> String.valueOf(refused.getMessage());
    };
  }

  private static String title(int status) {
    return HttpStatus.forStatus(status).getMessage();
  }

  private void answer(Context http) {
    answer(http, Map.of());
  }

  private void answer(Context http, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", String.valueOf(getMessage()));
    if (runId != null) {
      body.put("runId", runId);
    }
    if (retryAfterSeconds > 0) {
      http.header("Retry-After", Integer.toString(retryAfterSeconds));
    }
    if (status == 401) {
      http.header("WWW-Authenticate", "Bearer");
    }
    http.status(status)
        .contentType("application/problem+json")
        .result(json(body).getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Map<String, Object> body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem cannot be written", e);
    }
  }
}
