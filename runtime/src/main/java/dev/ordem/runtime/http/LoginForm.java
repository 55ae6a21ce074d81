package dev.ordem.runtime.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.Optional;

/** Where a person gives the token to a browser; plain HTML, without script. */
final class LoginForm {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="pt-BR"><head><meta charset="utf-8"><title>Ordem</title>
      <meta name="viewport" content="width=device-width"></head>
      <body style="font-family:sans-serif;max-width:36em;margin:4em auto;padding:0 1em">
      <h1>Ordem</h1>
      <form method="post" action="/login">
      <p><label>Token de acesso <span lang="en">(ORDEM_API_TOKEN)</span><br>
      <input type="password" name="token" autocomplete="current-password" required autofocus
        size="40"></label></p>
      <p><button>Entrar <span lang="en">· Log in</span></button></p>
      </form>
      <p role="alert">%s</p>
      </body></html>
      """;

  private LoginForm() {}

  static void routes(RoutesConfig routes, AccessFilter filter) {
    routes.get(RequestGuard.LOGIN, http -> show(http, ""));
    routes.post(RequestGuard.LOGIN, http -> logIn(http, filter));
    routes.post(
        "/logout",
        http -> {
          AccessFilter.logOut(http);
          http.redirect(RequestGuard.LOGIN, HttpStatus.SEE_OTHER);
        });
  }

  private static void logIn(Context http, AccessFilter filter) {
    if (filter.logIn(http, Optional.ofNullable(http.formParam("token")).orElse(""))) {
      http.redirect("/", HttpStatus.SEE_OTHER);
    } else if (!Problem.isForBrowser(http)) {
      throw Problem.of(401, "this token is not accepted; ORDEM_API_TOKEN or ORDEM_READ_TOKEN is");
    } else {
      show(
          http.status(HttpStatus.UNAUTHORIZED),
          "Este token não é aceito. <span lang=\"en\">This token is not accepted.</span>");
    }
  }

  private static void show(Context http, String notice) {
    http.header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
                + " frame-ancestors 'none'")
        .contentType("text/html; charset=utf-8")
        .result(PAGE.formatted(notice));
  }
}
