package dev.ordem.producer.api.connect;

import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.runtime.http.Problem;
import dev.ordem.runtime.http.Rights;
import dev.ordem.tiny.TinyClient;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.account.ConnectRequest;
import dev.ordem.tiny.account.owner.AccountProblem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connecting an account: a person says yes at Tiny, and the browser brings the code back. */
public final class ConnectApi {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectApi.class);
  private static final Pattern STATE = Pattern.compile("[?&]state=([^&]+)");
  private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");

  private final ConnectSettings door;
  private final ConnectAttempts attempts = new ConnectAttempts();

  public ConnectApi(ConnectSettings door) {
    this.door = door;
  }

  public void routes(RoutesConfig routes) {
    routes.post("/api/accounts/{account}/connect", this::begin);
    routes.get("/api/accounts/{account}/connect/{attempt}", this::attempt);
    routes.get("/oauth/start", this::start);
    routes.get("/oauth/callback", this::callback);
  }

  /** An attempt that has begun. */
  private record Begun(URI page, URI callback, UUID id) {}

  private void begin(Context http) {
    try {
      Begun begun = begin(ConnectBody.read(http.pathParam("account"), http.body()), http.host());
      http.json(
          Map.of(
              "url", begun.page().toString(),
              "redirectUri", begun.callback().toString(),
              "attempt", begun.id().toString()));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()), e);
    } catch (IllegalStateException e) {
      throw Problem.unavailable("The account cannot be connected yet: " + e.getMessage(), e);
    }
  }

  private void attempt(Context http) {
    String account = http.pathParam("account");
    UUID id;
    try {
      id = UUID.fromString(http.pathParam("attempt"));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("attempt: no id; POST to …/connect gives one", e);
    }
    ConnectAttempts.Attempt found =
        attempts
            .find(account, id)
            .orElseThrow(
                () -> Problem.notFound("this server began no such attempt; see GET /api/accounts"));
    JsonResponse.send(
        http,
        Map.of(
            "state", found.stand().toString(),
            "message", found.message(),
            "problemDetail", found.detail()));
  }

  private void start(Context http) {
    if (Rights.of(http) != Rights.ALL) {
      ConnectPage.guarded().answer(http);
    } else if ("cross-site".equals(http.header("Sec-Fetch-Site"))) {
      ConnectPage.elsewhere().answer(http);
    } else {
      try {
        URI page =
            begin(
                    ConnectBody.plain(Optional.ofNullable(http.queryParam("account")).orElse("")),
                    http.host())
                .page();
        http.redirect(page.toString());
      } catch (IllegalArgumentException e) {
        ConnectPage.wrong(String.valueOf(e.getMessage())).answer(http);
      } catch (IllegalStateException e) {
        LOG.warn("{}", e.getMessage(), e);
        ConnectPage.away().answer(http);
      }
    }
  }

  private Begun begin(ConnectRequest request, @Nullable String host) {
    String account = request.account();
    URI callback = door.callback(host);
    TinyClient client =
        door.tiny().get().orElseThrow(() -> new IllegalStateException("the service is starting"));
    URI page = client.connections().begin(request, callback);
    Matcher state = STATE.matcher(page.toString());
    if (!state.find()) {
      throw new IllegalStateException("the authorisation has no state");
    }
    LOG.info("Account {} is being connected", account);
    return new Begun(page, callback, attempts.begun(state.group(1), account));
  }

  private void callback(Context http) {
    String state = Optional.ofNullable(http.queryParam("state")).orElse("");
    String error = http.queryParam("error");
    String code = http.queryParam("code");
    Optional<TinyClient> client = door.tiny().get();
    ConnectPage notice;
    if (error != null) {
      notice = denied(error);
    } else if (state.isEmpty() || code == null || code.isEmpty()) {
      notice = ConnectPage.wrong("state and code are needed");
    } else {
      notice = client.isEmpty() ? ConnectPage.away() : complete(client.get(), state, code);
    }
    remember(state, notice);
    notice.answer(http);
  }

  private static ConnectPage complete(TinyClient client, String state, String code) {
    AuthorisationResult connected;
    try {
      connected = client.connections().complete(state, code);
    } catch (IllegalStateException e) { // the client has not started
      LOG.warn("{}", e.getMessage(), e);
      return ConnectPage.away();
    }
    if (connected instanceof AuthorisationResult.Done done) {
      return ConnectPage.connected(done.account());
    }
    if (connected instanceof AuthorisationResult.Refused refused) {
      return ConnectPage.refused(refused.why());
    }
    if (connected instanceof AuthorisationResult.WrongCompany wrong) {
      return ConnectPage.wrongCompany(wrong.why());
    }
    return connected instanceof AuthorisationResult.Failed failed
        ? ConnectPage.failed(failed.why())
        : ConnectPage.unknown();
  }

  /** Only words of the protocol are repeated: a stranger's text must not look like ours. */
  private static ConnectPage denied(String error) {
    AccountProblem word = AccountProblem.of(ERROR.matcher(error).matches() ? error : "error");
    return "server_error".equals(error) || "temporarily_unavailable".equals(error)
        ? ConnectPage.failed(word)
        : ConnectPage.refused(word);
  }

  private void remember(String state, ConnectPage notice) {
    if (notice.status() == 200) {
      attempts.ended(state, ConnectAttempts.Stand.CONNECTED, AccountProblem.of(""));
      LOG.info("An account was connected: {}", notice.english());
    } else if (notice.status() != 503) {
      AccountProblem problem =
          new AccountProblem(
              notice.english() + " (" + notice.detail().text() + ")", notice.detail().detail());
      attempts.ended(state, ConnectAttempts.Stand.FAILED, problem);
      LOG.warn("An account was not connected: {}", problem.whole());
    }
  }
}
