package dev.ordem.producer.api.connect;

import dev.ordem.contract.OrderKey;
import dev.ordem.producer.api.http.RequestBody;
import dev.ordem.tiny.account.ConnectRequest;
import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of a request to connect an account: all of it may be missing. */
final class ConnectBody {
  private static final int MOST = 1_000_000;
  private static final Set<String> FIELDS =
      Set.of(
          "clientId",
          "clientSecret",
          "plan",
          "perSecond",
          "perMinute",
          "perHour",
          "confirmCompany");

  private ConnectBody() {}

  /** Of an account that has an application already. */
  static ConnectRequest plain(String account) {
    return new ConnectRequest(name(account), null, AccountTerms.NONE, false);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the account cannot be named so
   */
  static ConnectRequest read(String account, String text) {
    RequestBody body = RequestBody.read(text, FIELDS);
    String id = given(body.text("clientId"));
    String secret = given(body.text("clientSecret"));
    if ((id == null) != (secret == null)) {
      throw new IllegalArgumentException("clientId and clientSecret: give both or none");
    }
    return new ConnectRequest(
        name(account),
        id == null || secret == null ? null : new Application(id, secret),
        new AccountTerms(
            count(body, "plan", 1),
            count(body, "perSecond", 0),
            count(body, "perMinute", 0),
            count(body, "perHour", 0)),
        Boolean.TRUE.equals(body.flag("confirmCompany")));
  }

  private static String name(String account) {
    return new OrderKey(account, 1).account();
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static @Nullable Integer count(RequestBody body, String name, int least) {
    Long count = body.number(name);
    if (count != null && (count < least || count > MOST)) {
      throw new IllegalArgumentException(
          name + ": " + count + " is not from " + least + " to " + MOST);
    }
    return count == null ? null : count.intValue();
  }
}
