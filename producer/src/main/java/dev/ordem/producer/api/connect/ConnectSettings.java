package dev.ordem.producer.api.connect;

import dev.ordem.tiny.TinyClient;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a browser comes in to connect an account. Immutable.
 *
 * @param tiny empty as long as the service has not started
 * @param guarded whether the API asks for a token
 * @param publicUrl where browsers find this server, without a slash at the end; empty: only on
 *     loopback, as the request says
 */
public record ConnectSettings(
    Supplier<Optional<TinyClient>> tiny, boolean guarded, Optional<URI> publicUrl) {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

  /**
   * Where Tiny is to send the browser back. The name that the caller used is believed only if it
   * cannot be another's: a site whose name was pointed at this machine must not pass for us.
   *
   * @throws IllegalArgumentException if that name is neither loopback nor configured
   */
  URI callback(@Nullable String host) {
    boolean local = host != null && LOOPBACK.matcher(host).matches();
    boolean ours = publicUrl.map(URI::getAuthority).filter(known -> known.equals(host)).isPresent();
    if (!local && !ours && (!guarded || publicUrl.isEmpty())) {
      throw new IllegalArgumentException(
          "host \""
              + host
              + "\" is not loopback; set ORDEM_PUBLIC_URL to where browsers find this server");
    }
    return URI.create(publicUrl.map(URI::toString).orElse("http://" + host) + "/oauth/callback");
  }
}
