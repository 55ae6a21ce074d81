package dev.ordem.producer.api.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectSettingsTest {
  private static final ConnectSettings LOCAL =
      new ConnectSettings(Optional::empty, false, Optional.empty());
  private static final Optional<URI> PUBLIC = Optional.of(URI.create("https://o.example/x"));

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "localhost", "localhost:81", "[::1]:8080", "127.1.2.3"})
  void loopbackIsBelieved(String host) {
    assertThat(LOCAL.callback(host)).hasToString("http://" + host + "/oauth/callback");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "127.0.0.1.evil.example", "x@127.0.0.1", "127.0.0.1:8080/x", ""})
  void aNameThatMayBeAnothersIsNot(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LOCAL.callback(host))
        .withMessageContaining("ORDEM_PUBLIC_URL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConnectSettings(Optional::empty, false, PUBLIC).callback(host));
  }

  @Test
  void theConfiguredAddressIsWhereTheBrowserComesBack() {
    String callback = "https://o.example/x/oauth/callback";
    assertThat(new ConnectSettings(Optional::empty, false, PUBLIC).callback("o.example"))
        .hasToString(callback);
    assertThat(new ConnectSettings(Optional::empty, true, PUBLIC).callback("inside:80"))
        .hasToString(callback);
  }
}
