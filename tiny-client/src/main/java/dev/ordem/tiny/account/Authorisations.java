package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.application.ApplicationStore;
import dev.ordem.tiny.account.application.Secrets;
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
  record Begun(ConnectRequest request, String verifier, String redirectUri) {
    String account() {
      return request.account();
    }
  }

  URI begin(ConnectRequest request, String clientId, URI redirectUri)
      throws SQLException, GeneralSecurityException {
    String account = request.account();
    String state = secret();
    String verifier = secret();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement clean =
            connection.prepareStatement(
                "delete from tiny_authorisation"
                    + " where created_at < tiny_now() - interval '10 minutes'");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into tiny_authorisation (state_hash, account, verifier, redirect_uri,"
                    + " client_id, client_secret, confirmed, plan, per_second, per_minute,"
                    + " per_hour) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      clean.executeUpdate();
      insert.setBytes(1, Secrets.fingerprint(state));
      insert.setString(2, account);
      insert.setBytes(3, secrets.encrypt(verifier, account, "verifier"));
      insert.setString(4, redirectUri.toString());
      Application application = request.application();
      insert.setString(5, application == null ? null : application.clientId());
      insert.setBytes(6, application == null ? null : encrypted(account, application));
      insert.setBoolean(7, request.confirmed());
      ApplicationStore.bind(insert, 8, request.terms());
      insert.executeUpdate();
    }
    byte[] challenge =
        MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
    return endpoint
        .authorisationPage(clientId, state, base64(challenge), redirectUri.toString())
        .uri();
  }

  /** What {@code state} stands for, once. */
  Optional<Begun> take(String state) throws SQLException, GeneralSecurityException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "delete from tiny_authorisation where state_hash = ?"
                    + " and created_at > tiny_now() - interval '10 minutes'"
                    + " returning *")) {
      delete.setBytes(1, Secrets.fingerprint(state));
      try (ResultSet row = delete.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(begun(row));
      }
    }
  }

  private Begun begun(ResultSet row) throws SQLException, GeneralSecurityException {
    String account = row.getString("account");
    byte[] secret = row.getBytes("client_secret");
    Application application =
        Application.of(
            row.getString("client_id"),
            secret == null ? null : secrets.decrypt(secret, account, "client_secret"));
    return new Begun(
        new ConnectRequest(
            account, application, ApplicationStore.terms(row), row.getBoolean("confirmed")),
        secrets.decrypt(row.getBytes("verifier"), account, "verifier"),
        row.getString("redirect_uri"));
  }

  private byte[] encrypted(String account, Application application) {
    return secrets.encrypt(application.clientSecret(), account, "client_secret");
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
