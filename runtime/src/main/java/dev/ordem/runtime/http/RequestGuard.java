package dev.ordem.runtime.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites' pages out, which a browser on this machine carries inside. Pure.
 *
 * <p>A site can point a name of its own at this machine and then read what is answered (DNS
 * rebinding): so without a token only names that nobody else can have are answered. It can also
 * send a form anywhere, without reading the answer (CSRF): so what is to change something must be
 * JSON, which a form cannot be, and must not come from another origin.
 *
 * @param anyHost whether a token keeps strangers out, whatever they call this machine
 * @param ours where this server is reached besides loopback, as {@code host} or {@code host:port},
 *     in lower case: an origin must be one of them to the port, as another port is another program
 */
record RequestGuard(boolean anyHost, Set<String> ours) {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost\\.?|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]");
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> ELSEWHERE = Set.of("cross-site", "same-site");

  /** The page to log in is a form, so that it needs no script. */
  static final String LOGIN = "/login";

  /**
   * What is looked at.
   *
   * @param host with its port, as sent
   * @param origin of the page that sends it; browsers send it with what changes something
   * @param site {@code Sec-Fetch-Site}
   * @param body whether there is one
   * @param encoding {@code Content-Encoding}
   */
  record Head(
      String method,
      String path,
      @Nullable String host,
      @Nullable String origin,
      @Nullable String site,
      @Nullable String contentType,
      boolean body,
      @Nullable String encoding) {}

  /** Why it is refused; empty: it is not. */
  Optional<Problem> refusal(Head head) {
    if (head.path().equals("/health") || head.path().startsWith("/health/")) {
      return Optional.empty();
    }
    if (!anyHost && !known(head.host())) {
      return Optional.of(
          Problem.forbidden(
              "Host: \""
                  + head.host()
                  + "\" is not this machine; ask for localhost, or set ORDEM_PUBLIC_URL (and"
                  + " ORDEM_API_TOKEN) if this is where browsers find it"));
    }
    if (elsewhere(head)) {
      return Optional.of(
          Problem.forbidden("a page of another site sends this; open Ordem's own address instead"));
    }
    if (encoded(head)) {
      return Optional.of(
          Problem.unsupported(
              "Content-Encoding: send the body as it is, without " + head.encoding()));
    }
    return unread(head)
        ? Optional.of(Problem.unsupported("Content-Type: send application/json"))
        : Optional.empty();
  }

  private boolean known(@Nullable String host) {
    String name = name(host);
    return LOOPBACK.matcher(name).matches()
        || ours.stream().anyMatch(known -> name(known).equals(name));
  }

  private boolean elsewhere(Head head) {
    String origin = head.origin();
    if (origin != null) {
      String authority = origin.replaceFirst("^https?://", "").toLowerCase(Locale.ROOT);
      return !authority.equals(String.valueOf(head.host()).toLowerCase(Locale.ROOT))
          && !ours.contains(authority);
    }
    boolean asks = SAFE.contains(head.method()) && !head.path().startsWith("/api");
    return !asks && head.site() != null && ELSEWHERE.contains(head.site());
  }

  private static boolean encoded(Head head) {
    String encoding = Optional.ofNullable(head.encoding()).orElse("").strip();
    return !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity");
  }

  private static boolean unread(Head head) {
    if (SAFE.contains(head.method()) || (!head.body() && head.contentType() == null)) {
      return false;
    }
    String type = Optional.ofNullable(head.contentType()).orElse("").split(";", 2)[0].strip();
    boolean form = type.equalsIgnoreCase("application/x-www-form-urlencoded");
    return !type.equalsIgnoreCase("application/json") && !(form && head.path().equals(LOGIN));
  }

  /** Without its port, in lower case. */
  private static String name(@Nullable String host) {
    return String.valueOf(host).toLowerCase(Locale.ROOT).replaceFirst(":\\d*$", "");
  }
}
