package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The realm's two endpoints: {@code /auth}, which a person's browser sees, and {@code /token}. */
final class OAuthHandler implements HttpHandler {
  static final String PATH = "/realms/tiny/protocol/openid-connect";

  private final Realm realm;
  private final LoginPage login;
  private final ResponseWriter wire;

  OAuthHandler(Realm realm, ResponseWriter wire) {
    this.realm = realm;
    this.login = new LoginPage(realm);
    this.wire = wire;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String call =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getPath().substring(PATH.length());
    switch (call) {
      case "GET /auth" -> wire.send(exchange, login.show(Form.query(exchange)));
      case "POST /auth" -> wire.send(exchange, login.submit(Form.body(exchange)));
      case "POST /token" -> token(exchange);
      case "GET /token" -> wire.send(exchange, error(405, "invalid_request", "POST a form"));
      default -> wire.send(exchange, ApiResponse.error(404));
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    Form form = Form.body(exchange);
    String[] basic = basic(exchange.getRequestHeaders().getFirst("Authorization"));
    String id = form.get("client_id", basic[0]);
    String secret = form.get("client_secret", basic[1]);
    Realm.Application application = realm.client(id);
    if (application == null || !application.client().secret().equals(secret)) {
      wire.send(
          exchange,
          error(401, "unauthorized_client", "Invalid client or Invalid client credentials"));
      return;
    }
    Fault fault = application.account().skies.next(Endpoint.TOKEN, 0);
    ApiResponse answer =
        fault.isInstead() ? ApiResponse.error(fault.number()) : grant(application, form);
    wire.send(exchange, answer, fault);
  }

  private ApiResponse grant(Realm.Application application, Form form) {
    return switch (form.get("grant_type", "")) {
      case "refresh_token" -> refresh(application, form.get("refresh_token", ""));
      case "authorization_code" -> exchange(application, form);
      default -> error(400, "unsupported_grant_type", "Unsupported grant_type");
    };
  }

  private ApiResponse refresh(Realm.Application application, String token) {
    return realm.spend(application, token)
        ? ApiResponse.json(200, realm.tokens(application))
        : error(400, "invalid_grant", "Token is not active");
  }

  private ApiResponse exchange(Realm.Application application, Form form) {
    Realm.Code code = realm.takeCode(form.get("code", ""));
    if (code == null || !code.client().equals(application.client().id())) {
      return error(400, "invalid_grant", "Code not valid");
    }
    if (!code.redirectUri().equals(form.get("redirect_uri"))) {
      return error(400, "invalid_grant", "Incorrect redirect_uri");
    }
    String challenge = code.challenge();
    if (challenge != null && !challenge.equals(Realm.challengeOf(form.get("code_verifier", "")))) {
      return error(400, "invalid_grant", "PKCE verification failed");
    }
    return ApiResponse.json(200, realm.tokens(application));
  }

  private static String[] basic(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith("Basic ")) {
      return new String[] {"", ""};
    }
    try {
      String pair = new String(Base64.getDecoder().decode(authorization.substring(6)), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? new String[] {pair, ""}
          : new String[] {pair.substring(0, colon), pair.substring(colon + 1)};
    } catch (IllegalArgumentException e) {
      return new String[] {"", ""};
    }
  }

  private static ApiResponse error(int status, String error, String description) {
    return ApiResponse.json(
        status,
        JsonNodeFactory.instance
            .objectNode()
            .put("error", error)
            .put("error_description", description));
  }
}
