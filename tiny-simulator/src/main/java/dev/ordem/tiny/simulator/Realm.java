package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.TokenLife;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Issues and checks the tokens and codes of all accounts, as the Keycloak realm of the real API
 * does. Tokens look like JWTs and are signed with the seed. Thread safe.
 */
final class Realm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CODE_LIFE = Duration.ofMinutes(1);
  private static final String HEADER =
      encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8));
  private static final int REMEMBERED = 10_000;

  private final Map<String, Application> applications = new ConcurrentHashMap<>();
  private final Map<String, Claims> checked = new ConcurrentHashMap<>();
  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private final TokenLife life;
  private final InstantSource clock;
  private final String key;

  Realm(TokenLife life, InstantSource clock, long seed) {
    this.life = life;
    this.clock = clock;
    this.key = "tiny-simulator-" + seed;
  }

  private record Claims(String client, String type, long number, long expires) {}

  /** A login waiting to be exchanged. */
  record Code(String client, String redirectUri, @Nullable String challenge, Instant expires) {}

  /** What was made inside of an account, and has tokens of its own. */
  record Application(Client client, SimulatedAccount account, TokenGrants grants) {}

  void register(Client client, SimulatedAccount account, TokenGrants grants) {
    applications.put(client.id(), new Application(client, account, grants));
  }

  @Nullable Application client(@Nullable String id) {
    return id == null ? null : applications.get(id);
  }

  /** The account that a bearer token speaks for; null when it is missing, unknown or expired. */
  @Nullable SimulatedAccount accountOf(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return null;
    }
    Claims claims = check(authorization.substring(7).strip());
    if (claims == null || !claims.type().equals("Bearer") || isOver(claims)) {
      return null;
    }
    Application application = applications.get(claims.client());
    return application != null && application.grants().isGoodAccess(claims.number())
        ? application.account()
        : null;
  }

  /** Whether the refresh token is good; it is dead afterwards either way. */
  boolean spend(Application application, String refreshToken) {
    if (refreshToken.equals(application.client().refreshToken())) {
      return application.grants().spendBootstrap();
    }
    Claims claims = check(refreshToken);
    return claims != null
        && claims.type().equals("Refresh")
        && claims.client().equals(application.client().id())
        && !isOver(claims)
        && application.grants().spend(claims.number());
  }

  String newCode(String client, String redirectUri, @Nullable String challenge) {
    String code = UUID.randomUUID() + "." + UUID.randomUUID();
    codes.put(code, new Code(client, redirectUri, challenge, clock.instant().plus(CODE_LIFE)));
    return code;
  }

  /** The login behind a code, once; null when it was used, expired or never issued. */
  @Nullable Code takeCode(String code) {
    Code taken = codes.remove(code);
    return taken == null || taken.expires().isBefore(clock.instant()) ? null : taken;
  }

  String accessToken(SimulatedAccount account) {
    Application application = Objects.requireNonNull(applications.get(account.clientId()));
    return sign(application, "Bearer", application.grants().issue(), life.access());
  }

  ObjectNode tokens(Application application) {
    long number = application.grants().issue();
    ObjectNode tokens =
        JsonNodeFactory.instance
            .objectNode()
            .put("access_token", sign(application, "Bearer", number, life.access()))
            .put("expires_in", life.access().toSeconds())
            .put("refresh_expires_in", life.refresh().toSeconds())
            .put("refresh_token", sign(application, "Refresh", number, life.refresh()))
            .put("token_type", "Bearer")
            .put("not-before-policy", 0)
            .put("session_state", UUID.randomUUID().toString())
            .put("scope", "openid");
    return application.account().isOpaque()
        ? tokens
        : tokens.put("id_token", sign(application, "ID", number, life.access()));
  }

  /** What PKCE calls S256. */
  static String challengeOf(String verifier) {
    return encode(sha256(verifier));
  }

  private boolean isOver(Claims claims) {
    return clock.millis() >= claims.expires();
  }

  private String sign(Application application, String type, long number, Duration good) {
    String person = application.account().person();
    ObjectNode claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("exp", clock.instant().plus(good).getEpochSecond())
            .put("iat", clock.instant().getEpochSecond())
            .put("exp_ms", clock.instant().plus(good).toEpochMilli())
            .put("azp", application.client().id())
            .put("typ", type)
            .put("jti", number);
    if (!application.account().isOpaque()) {
      claims
          .put("sub", UUID.nameUUIDFromBytes(person.getBytes(UTF_8)).toString())
          .put("preferred_username", person);
    }
    String payload = HEADER + "." + encode(claims.toString().getBytes(UTF_8));
    String token = payload + "." + signature(payload);
    return application.account().isOpaque() ? encode(token.getBytes(UTF_8)) : token;
  }

  private @Nullable Claims check(String token) {
    Claims known = checked.get(token);
    if (known != null) {
      return known;
    }
    if (token.indexOf('.') < 0) {
      return unwrap(token);
    }
    int dot = token.lastIndexOf('.');
    if (dot < 0 || !signature(token.substring(0, dot)).equals(token.substring(dot + 1))) {
      return null;
    }
    try {
      String payload = token.substring(token.indexOf('.') + 1, dot);
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(payload));
      Claims read =
          new Claims(
              claims.path("azp").asText(),
              claims.path("typ").asText(),
              claims.path("jti").asLong(),
              claims.path("exp_ms").asLong());
      if (checked.size() >= REMEMBERED) {
        checked.clear();
      }
      checked.put(token, read);
      return read;
    } catch (IOException e) {
      return null;
    }
  }

  /** Opaque to everybody but the realm. */
  private @Nullable Claims unwrap(String token) {
    try {
      String inner = new String(Base64.getUrlDecoder().decode(token), UTF_8);
      return inner.indexOf('.') < 0 ? null : check(inner);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** As long as a real one, because tokens are longer than columns tend to be. */
  private String signature(String payload) {
    String first = encode(sha256(key + payload));
    return first + encode(sha256(first)) + encode(sha256(first + first)).repeat(6);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256, this one does not", e);
    }
  }
}
