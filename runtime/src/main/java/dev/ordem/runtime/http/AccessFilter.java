package dev.ordem.runtime.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.plugin.bundled.RateLimitPlugin;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.http.HttpCookie;
import org.jspecify.annotations.Nullable;

/**
 * What each request passes before any route: {@link RequestGuard}, then who asks. Thread safe.
 *
 * <p>Programs send a token with each request; a browser gives it once, at {@code /login}, and gets
 * a cookie that no script can read and no other site can use.
 */
public final class AccessFilter {
  private static final Duration SESSION = Duration.ofHours(12);
  private static final int MOST_REQUESTS_A_SECOND = 300;

  /**
   * Of paths that want no token, for each address: a Prometheus and the checks of containers ask
   * once in some seconds. What a stranger may ask costs more than an answer: the metrics of every
   * client, a statement in Postgres.
   */
  private static final Map<String, Integer> MOST_A_SECOND_OF_OPEN =
      Map.of("health", 50, "metrics", 10, "oauth", 50, "login", 10);

  private static final int MOST_WRONG_TOKENS_A_MINUTE = 30;
  private static final long LARGEST_BODY = 1 << 20;
  private static final Duration FOR_A_BODY = Duration.ofSeconds(10);
  private static final String RIGHTS = "rights";
  private static final String OVERRIDE = "X-HTTP-Method-Override";

  /** Of every answer, whoever gives it. */
  static final Map<String, String> HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Cache-Control", "no-store");

  private final RateBounds bounds = new RateBounds(System::nanoTime);
  private final RequestGuard guard;
  private final Optional<String> token;
  private final Optional<String> readToken;

  /**
   * Does no I/O.
   *
   * @param token of who may do everything; empty: everybody on this machine may
   * @param readToken of who may look, and sees no personal data; empty: there is none
   * @param names where this server is reached besides loopback, as {@code host:port}; a port that
   *     browsers leave out may be there or not
   */
  public AccessFilter(Optional<String> token, Optional<String> readToken, Set<String> names) {
    this.guard = new RequestGuard(token.isPresent(), shown(names));
    this.token = token;
    this.readToken = readToken;
  }

  /** As browsers write them in {@code Origin}. */
  private static Set<String> shown(Set<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT).replaceFirst(":(80|443)$", ""))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Puts itself before all routes of a server that is being configured. */
  public void addTo(JavalinConfig config) {
    config.http.maxRequestSize = LARGEST_BODY;
    config.http.prefer405over404 = true;
    config.registerPlugin(new RateLimitPlugin());
    config.jetty.modifyServletContextHandler(handler -> handler.setSessionHandler(sessions()));
    config.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new ServerErrors());
          server.setHandler(new PendingBodies(LARGEST_BODY, FOR_A_BODY));
        });
    config.routes.before(this::pass);
    Problem.answers(config.routes);
    LoginForm.routes(config.routes, this);
  }

  private static SessionHandler sessions() {
    SessionHandler sessions = new SessionHandler();
    sessions.setSessionCookie("ordem_session");
    sessions.setHttpOnly(true);
    sessions.setSameSite(HttpCookie.SameSite.STRICT);
    sessions.setMaxInactiveInterval((int) SESSION.toSeconds());
    return sessions;
  }

  private void pass(Context http) {
    HEADERS.forEach(http::header);
    refuseOverride(http);
    guard.refusal(head(http)).ifPresent(AccessFilter::refuse);
    refuseNul(http);
    boolean open = isOpen(http.path());
    bound(http, open);
    Rights rights = open ? rightsOnOpen(http) : rights(http);
    if (open) {
      rights.grant(http);
      return;
    }
    if (rights == Rights.NONE && http.path().equals("/")) {
      http.redirect(RequestGuard.LOGIN, HttpStatus.SEE_OTHER);
      http.skipRemainingHandlers();
      return;
    }
    if (rights == Rights.NONE) {
      throw Problem.unauthorised();
    }
    boolean looks = http.method().name().equals("GET") || http.method().name().equals("HEAD");
    if (rights == Rights.READ && !looks) {
      throw Problem.forbidden("ORDEM_READ_TOKEN lets its holder look; ORDEM_API_TOKEN is needed");
    }
    rights.grant(http);
  }

  /** Each open part counts by itself; all that wants a token counts together. */
  private void bound(Context http, boolean open) {
    String part = open ? http.path().split("/", 3)[1] : "";
    int most = MOST_A_SECOND_OF_OPEN.getOrDefault(part, MOST_REQUESTS_A_SECOND);
    bounds.count(http.ip(), part, most);
  }

  /** No Host is looked at for health, so nobody who asks for it is known. */
  private Rights rightsOnOpen(Context http) {
    return http.path().startsWith("/oauth/") ? rights(http) : Rights.NONE;
  }

  /** Javalin would route by it, so that a GET might act. */
  private static void refuseOverride(Context http) {
    if (http.header(OVERRIDE) != null) {
      throw Problem.invalid(
          OVERRIDE + ": send the request with the method that it is meant to have");
    }
  }

  /** No text of Postgres' can hold it, so nothing that is asked for does. */
  private static void refuseNul(Context http) {
    http.queryParamMap()
        .forEach(
            (name, values) -> {
              if (name.indexOf('\0') >= 0 || values.stream().anyMatch(v -> v.indexOf('\0') >= 0)) {
                throw Problem.invalid(
                    name.replace('\0', '?') + ": holds the character NUL, which no text may");
              }
            });
  }

  private static void refuse(Problem problem) {
    throw problem;
  }

  private static RequestGuard.Head head(Context http) {
    boolean body = http.contentLength() > 0 || http.header("Transfer-Encoding") != null;
    return new RequestGuard.Head(
        http.method().name(),
        http.path(),
        http.header("Host"),
        http.header("Origin"),
        http.header("Sec-Fetch-Site"),
        http.header("Content-Type"),
        body,
        http.header("Content-Encoding"));
  }

  /** What has no secrets, or guards itself as the way back from Tiny does. */
  private static boolean isOpen(String path) {
    return path.equals("/health")
        || path.startsWith("/health/")
        || path.startsWith("/oauth/")
        || path.equals("/metrics")
        || path.equals(RequestGuard.LOGIN);
  }

  private Rights rights(Context http) {
    if (token.isEmpty()) {
      return Rights.ALL;
    }
    String sent = http.header("Authorization");
    if (sent != null) {
      String[] words = sent.strip().split("\\s+", 2);
      boolean bearer = words.length == 2 && words[0].equalsIgnoreCase("Bearer");
      return bearer ? rightsOf(http, words[1]) : Rights.NONE;
    }
    @Nullable HttpSession session = http.req().getSession(false);
    return session != null && session.getAttribute(RIGHTS) instanceof Rights rights
        ? rights
        : Rights.NONE;
  }

  private Rights rightsOf(Context http, String sent) {
    if (equal(token, sent)) {
      return Rights.ALL;
    }
    if (equal(readToken, sent)) {
      return Rights.READ;
    }
    try {
      http.with(RateLimitPlugin.class)
          .requestPerTimeUnit(MOST_WRONG_TOKENS_A_MINUTE, TimeUnit.MINUTES);
    } catch (HttpResponseException e) {
      throw Problem.tooMany("too many wrong tokens; wait a minute", 60);
    }
    return Rights.NONE;
  }

  /** Whether {@code sent} is a token; if so the browser that sent it is known from now on. */
  boolean logIn(Context http, String sent) {
    Rights rights = rightsOf(http, sent.strip());
    if (rights == Rights.NONE) {
      return false;
    }
    // A new identifier, so that nobody who knew the one before is let in with it.
    if (http.req().getSession(false) != null) {
      http.req().changeSessionId();
    }
    http.req().getSession(true).setAttribute(RIGHTS, rights);
    return true;
  }

  /** Forgets the browser. */
  static void logOut(Context http) {
    @Nullable HttpSession session = http.req().getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }

  private static boolean equal(Optional<String> known, String sent) {
    return known.isPresent()
        && MessageDigest.isEqual(
            known.get().getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
  }
}
