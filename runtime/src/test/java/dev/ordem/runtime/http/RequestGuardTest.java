package dev.ordem.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
  private static final RequestGuard LOOPBACK = new RequestGuard(false, Set.of("oficina.example"));
  private static final RequestGuard GUARDED = new RequestGuard(true, Set.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "LocalHost:1",
        "127.0.0.1:8080",
        "127.9.8.7",
        "[::1]:8080",
        "[::1]",
        "oficina.example:443",
        "localhost.:8080"
      })
  void namesOfThisMachineAreAnswered(String host) {
    assertThat(LOOPBACK.refusal(get("/api/status", host, null, null))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.168.0.9:8080",
        "[::2]:8080",
        "",
        "127.0.0.1@evil.example",
        "xlocalhost",
        "10.127.0.0.1"
      })
  void foreignNamesAreNot(String host) {
    assertThat(status(LOOPBACK, get("/api/status", host, null, null))).isEqualTo(403);
    assertThat(status(LOOPBACK, get("/", host, null, null))).isEqualTo(403);
    assertThat(status(LOOPBACK, get("/metrics", host, null, null))).isEqualTo(403);
    assertThat(status(LOOPBACK, get("/nothing", host, null, null))).isEqualTo(403);
    assertThat(LOOPBACK.refusal(get("/health/live", host, null, null))).isEmpty();
    assertThat(GUARDED.refusal(get("/api/status", host, null, null)))
        .as("the token keeps out who uses it")
        .isEmpty();
  }

  @Test
  void noHostIsNoName() {
    assertThat(status(LOOPBACK, get("/api/status", null, null, null))).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,https://evil.example,,403",
    "POST,null,,403",
    "POST,http://localhost:8081,,403",
    "POST,http://localhost:8080,,0",
    "POST,https://oficina.example,,0",
    "POST,https://oficina.example.evil,,403",
    "POST,,cross-site,403",
    "POST,,same-site,403",
    "POST,,same-origin,0",
    "POST,,none,0",
    "DELETE,,cross-site,403",
    "GET,https://evil.example,,403",
    "GET,,cross-site,403",
    "GET,,same-origin,0",
  })
  void whatAnotherSitesPageSendsIsRefused(
      String method, @Nullable String origin, @Nullable String site, int status) {
    RequestGuard.Head head =
        new RequestGuard.Head(
            method, "/api/runs", "localhost:8080", origin, site, "application/json", true, null);
    assertThat(status(LOOPBACK, head)).isEqualTo(status);
    assertThat(status(new RequestGuard(true, Set.of("oficina.example")), head)).isEqualTo(status);
  }

  @Test
  void aLinkOfAnotherSiteMayOpenThePageAndTinyMaySendTheBrowserBack() {
    assertThat(LOOPBACK.refusal(get("/", "localhost:8080", null, "cross-site"))).isEmpty();
    assertThat(LOOPBACK.refusal(get("/oauth/callback", "localhost:8080", null, "cross-site")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,true,0",
    "application/json; charset=utf-8,true,0",
    "APPLICATION/JSON,true,0",
    "text/plain,true,415",
    "application/x-www-form-urlencoded,true,415",
    "application/x-www-form-urlencoded,false,415",
    "multipart/form-data; boundary=x,true,415",
    "application/jsonx,true,415",
    ",true,415",
    ",false,0",
  })
  void aWriteIsJson(@Nullable String type, boolean body, int status) {
    RequestGuard.Head head =
        new RequestGuard.Head("POST", "/api/runs", "localhost", null, null, type, body, null);
    assertThat(status(LOOPBACK, head)).isEqualTo(status);
    assertThat(status(GUARDED, head)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"gzip,415", "br,415", "identity,0", "IDENTITY,0", ",0"})
  void aBodyIsSentAsItIs(@Nullable String encoding, int status) {
    RequestGuard.Head head =
        new RequestGuard.Head(
            "POST", "/api/runs", "localhost", null, null, "application/json", true, encoding);
    assertThat(status(LOOPBACK, head)).isEqualTo(status);
    assertThat(status(GUARDED, head)).isEqualTo(status);
  }

  /**
   * Where one listens on an address of the machine, any program of it may listen on other ports.
   */
  @ParameterizedTest
  @CsvSource({
    "http://192.168.0.9:8080,0",
    "http://192.168.0.9:1,403",
    "http://192.168.0.9,403",
    "https://oficina.example,0",
    "https://oficina.example:8443,403",
    "http://127.0.0.1:1,403",
  })
  void anotherPortIsAnotherOrigin(String origin, int status) {
    Set<String> ours = Set.of("192.168.0.9:8080", "oficina.example");
    RequestGuard.Head head =
        new RequestGuard.Head(
            "POST", "/api/runs", "127.0.0.1:8080", origin, null, "application/json", true, null);
    assertThat(status(new RequestGuard(false, ours), head)).isEqualTo(status);
    assertThat(status(new RequestGuard(true, ours), head)).isEqualTo(status);
  }

  @Test
  void theLoginIsAForm() {
    RequestGuard.Head head =
        new RequestGuard.Head(
            "POST", "/login", "x", null, null, "application/x-www-form-urlencoded", true, null);
    assertThat(GUARDED.refusal(head)).isEmpty();
  }

  private static RequestGuard.Head get(
      String path, @Nullable String host, @Nullable String origin, @Nullable String site) {
    return new RequestGuard.Head("GET", path, host, origin, site, null, false, null);
  }

  /** 0: it is let in. */
  private static int status(RequestGuard guard, RequestGuard.Head head) {
    return guard.refusal(head).map(Problem::status).orElse(0);
  }
}
