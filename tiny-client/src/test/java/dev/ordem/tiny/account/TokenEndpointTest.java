package dev.ordem.tiny.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.quota.QuotaLimits;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

class TokenEndpointTest {
  private static final Application APPLICATION = new Application("client", "secret");

  /** A person waits for it: no token of before would be lost, and she is told what is wrong. */
  @Test
  void aCodeThatBringsAnUnusableAccessTokenBringsNothing() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.enqueue(new MockResponse(200, okhttp3.Headers.of(), "{\"refresh_token\":\"new\"}"));
      server.start();
      ConnectRequest request =
          new ConnectRequest("loja", APPLICATION, new AccountTerms(null, 0, 0, 0), false);

      TokenAnswer answer =
          endpoint(server)
              .exchange(
                  new Authorisations.Begun(request, "verifier", "http://localhost/oauth"),
                  APPLICATION,
                  "code");

      assertThat(answer).isInstanceOf(TokenAnswer.Unclear.class);
    }
  }

  private static TokenEndpoint endpoint(MockWebServer server) {
    return new TokenEndpoint(
        new AccountSettings(
            new StoreIdentity("test", "default", true, false),
            server.url("/realms/tiny").uri(),
            "client",
            "secret",
            null,
            List.of(),
            new QuotaLimits(0, 0, Duration.ofMinutes(1), 0),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1)));
  }
}
