package dev.ordem.tiny.account;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Connecting an account in the browser: authorisation code with PKCE. The state may come back to
 * any process; it is good once, for ten minutes, and only its hash is stored.
 */
final class Authorisations {
  private final DataSource dataSource;
  private final Secrets secrets;
  private final TokenEndpoint endpoint;
  private final SecureRandom random;

  Authorisations(
      DataSource dataSource, Secrets secrets, TokenEndpoint endpoint, SecureRandom random) {
    this.dataSource = dataSource;
    this.secrets = secrets;
    this.endpoint = endpoint;
    this.random = random;
  }

  /** What a state stands for. */
  record Begun(String account, String verifier, String redirectUri) {}

  URI begin(String account, URI redirectUri) throws SQLException, GeneralSecurityException {
    String state = secret();
    String verifier = secret();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement clean =
            connection.prepareStatement(
                "delete from tiny_authorisation"
                    + " where created_at < tiny_now() - interval '10 minutes'");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into tiny_authorisation (state_hash, account, verifier, redirect_uri)"
                    + " values (?, ?, ?, ?)")) {
      clean.executeUpdate();
      insert.setBytes(1, Secrets.fingerprint(state));
      insert.setString(2, account);
      insert.setBytes(3, secrets.encrypt(verifier, account, "verifier"));
      insert.setString(4, redirectUri.toString());
      insert.executeUpdate();
    }
    byte[] challenge =
        MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
    return endpoint.authorisationPage(state, base64(challenge), redirectUri.toString()).uri();
  }

  /** What {@code state} stands for, once. */
  Optional<Begun> take(String state) throws SQLException, GeneralSecurityException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "delete from tiny_authorisation where state_hash = ?"
                    + " and created_at > tiny_now() - interval '10 minutes'"
                    + " returning account, verifier, redirect_uri")) {
      delete.setBytes(1, Secrets.fingerprint(state));
      try (ResultSet row = delete.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String account = row.getString(1);
        String verifier = secrets.decrypt(row.getBytes(2), account, "verifier");
        return Optional.of(new Begun(account, verifier, row.getString(3)));
      }
    }
  }

  private String secret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return base64(bytes);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
