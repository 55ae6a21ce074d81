package dev.ordem.producer.api.connect;

import dev.ordem.runtime.http.Rights;
import dev.ordem.tiny.account.owner.AccountProblem;
import io.javalin.http.Context;

/**
 * A page for the person in the browser, in Portuguese and English.
 *
 * @param status of the answer
 * @param portuguese plain text
 * @param english plain text
 * @param detail what is wrong, or what to do next; what tells of persons is shown to who may see
 *     all only: the one at the browser may be anybody whom Tiny let in
 */
record ConnectPage(int status, String portuguese, String english, AccountProblem detail) {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="pt-BR"><head><meta charset="utf-8"><title>Ordem</title>
      <meta name="viewport" content="width=device-width"></head>
      <body style="font-family:sans-serif;max-width:36em;margin:4em auto;padding:0 1em">
      <h1>Ordem</h1>
      <p>%s</p>
      <p lang="en">%s</p>
      <p><code>%s</code></p>
      </body></html>
      """;

  private ConnectPage(int status, String portuguese, String english, String detail) {
    this(status, portuguese, english, AccountProblem.of(detail));
  }

  static ConnectPage connected(String account) {
    return new ConnectPage(
        200,
        "A conta " + account + " está conectada e já pode ser usada. Feche esta página.",
        "Account " + account + " is connected and can be used at once. You may close this page.",
        "./ordem run --mode full --account " + account);
  }

  static ConnectPage unknown() {
    return new ConnectPage(
        400,
        "Esta autorização é desconhecida, já foi usada ou tem mais de dez minutos. Comece de novo.",
        "This authorisation is unknown, used or older than ten minutes. Begin again.",
        "./ordem connect");
  }

  static ConnectPage refused(AccountProblem said) {
    return new ConnectPage(
        400,
        "O Tiny não autorizou o acesso. Nada mudou. Comece de novo e escolha Entrar.",
        "Tiny did not authorise the access. Nothing was changed. Begin again and let Ordem in.",
        said);
  }

  static ConnectPage wrongCompany(AccountProblem why) {
    return new ConnectPage(
        409,
        "Esta autorização não foi aceita: a empresa não é a esperada, ou não se sabe qual é."
            + " Nada mudou.",
        "This authorisation was not taken: the company is not the expected one, or not known.",
        why);
  }

  static ConnectPage failed(AccountProblem said) {
    return new ConnectPage(
        502,
        "O Tiny não deu uma resposta clara. Espere um momento e comece de novo.",
        "Tiny gave no clear answer. Wait a moment and begin again.",
        said);
  }

  static ConnectPage away() {
    return new ConnectPage(
        503,
        "O Ordem está iniciando ou não alcança o Postgres. Tente de novo em instantes.",
        "Ordem is starting or cannot reach Postgres. Try again in a moment.",
        "GET /health/ready");
  }

  static ConnectPage guarded() {
    return new ConnectPage(
        403,
        "Aqui só quem tem ORDEM_API_TOKEN pode começar. Na linha de comando:",
        "Only who has ORDEM_API_TOKEN can begin here. On the command line:",
        "./ordem connect --account NAME");
  }

  static ConnectPage elsewhere() {
    return new ConnectPage(
        403,
        "Outro site abriu este endereço. Se foi você, copie-o para a barra do navegador.",
        "Another site opened this address. If it was you, copy it into the address bar.",
        "");
  }

  static ConnectPage wrong(String reason) {
    return new ConnectPage(
        400, "O endereço está errado; corrija-o.", "The address is wrong; correct it.", reason);
  }

  /**
   * Nothing of the address, which may hold a code, leaves the browser or stays in it: that is what
   * the headers of {@link dev.ordem.runtime.http.AccessFilter} are for, too.
   */
  void answer(Context http) {
    String shown = Rights.of(http) == Rights.ALL ? detail.whole() : detail.text();
    http.status(status)
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .contentType("text/html; charset=utf-8")
        .result(PAGE.formatted(escape(portuguese), escape(english), escape(shown)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
