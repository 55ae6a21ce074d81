package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page on which a person allows an application to read the account.
 *
 * <p>User and password are {@value #USER}, and are filled in. A request that does not name a known
 * client and an absolute redirect address gets a page with status 400 and is redirected nowhere.
 */
final class LoginPage {
  static final String USER = "demo";

  private static final List<String> CARRIED =
      List.of(
          "client_id",
          "redirect_uri",
          "response_type",
          "scope",
          "state",
          "code_challenge",
          "code_challenge_method");

  private final Realm realm;

  LoginPage(Realm realm) {
    this.realm = realm;
  }

  ApiResponse show(Form form) {
    String problem = problem(form);
    return problem == null ? page(form, "") : ApiResponse.html(400, frame("<p>" + escape(problem)));
  }

  ApiResponse submit(Form form) {
    String problem = problem(form);
    if (problem != null) {
      return ApiResponse.html(400, frame("<p>" + escape(problem)));
    }
    String redirect = form.get("redirect_uri", "");
    if (form.get("deny") != null) {
      return ApiResponse.redirect(with(redirect, "error", "access_denied", form.get("state")));
    }
    if (!USER.equals(form.get("username")) || !USER.equals(form.get("password"))) {
      return page(form, "<p role=alert>Usuário ou senha inválidos.</p>");
    }
    String code = realm.newCode(form.get("client_id", ""), redirect, form.get("code_challenge"));
    return ApiResponse.redirect(with(redirect, "code", code, form.get("state")));
  }

  private @Nullable String problem(Form form) {
    if (realm.client(form.get("client_id")) == null) {
      return "Client not found: " + form.get("client_id", "(none)");
    }
    if (!isHttp(form.get("redirect_uri", ""))) {
      return "Invalid parameter: redirect_uri";
    }
    if (!"code".equals(form.get("response_type"))) {
      return "Invalid parameter: response_type must be code";
    }
    boolean challenged = form.get("code_challenge") != null;
    if (challenged && !"S256".equals(form.get("code_challenge_method"))) {
      return "Invalid parameter: code_challenge_method must be S256";
    }
    return null;
  }

  private static boolean isHttp(String address) {
    try {
      URI uri = URI.create(address);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String with(String redirect, String name, String value, @Nullable String state) {
    String query = name + "=" + URLEncoder.encode(value, UTF_8);
    if (state != null) {
      query += "&state=" + URLEncoder.encode(state, UTF_8);
    }
    return redirect + (redirect.contains("?") ? "&" : "?") + query;
  }

  private static ApiResponse page(Form form, String message) {
    StringBuilder hidden = new StringBuilder();
    for (String name : CARRIED) {
      String value = form.get(name);
      if (value != null) {
        hidden.append(
            "<input type=hidden name=\"%s\" value=\"%s\">".formatted(name, escape(value)));
      }
    }
    return ApiResponse.html(
        200,
        frame(
            """
            %s<p>O aplicativo <b>%s</b> quer ler as ordens de serviço desta conta.
            <form method=post action="%s/auth">%s
            <p><label>Usuário <input name=username value="%s" autocomplete=username></label>
            <p><label>Senha <input name=password type=password value="%s"></label>
            <p><button id=kc-login name=login value=1>Entrar</button>
            <button name=deny value=1>Negar</button>
            </form>\
            """
                .formatted(
                    message,
                    escape(form.get("client_id", "")),
                    OAuthHandler.PATH,
                    hidden,
                    USER,
                    USER)));
  }

  private static String frame(String content) {
    return """
    <!DOCTYPE html>
    <html lang=pt-BR><head><meta charset=utf-8><title>Entrar – conta Tiny simulada</title>
    <meta name=viewport content="width=device-width"></head>
    <body style="font-family:sans-serif;max-width:24em;margin:4em auto">
    <h1>Conta Tiny simulada</h1>
    %s
    </body></html>
    """
        .formatted(content);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
