package dev.ordem.tiny.account.owner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tokens say of whose they are. No signature is checked: they come straight from the token
 * endpoint, over TLS, and nothing is allowed because of them. What claims Tiny's tokens have is not
 * documented, so all may be missing.
 *
 * @param company where a claim names one
 * @param subject the person, as Keycloak numbers people
 * @param username the person's name at login
 * @param email the person's e-mail
 */
public record TokenClaims(
    @Nullable String company,
    @Nullable String subject,
    @Nullable String username,
    @Nullable String email) {
  /** Nothing is told. */
  public static final TokenClaims NONE = new TokenClaims(null, null, null, null);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 200;

  /** Names under which such tokens carry the tenant; the first that is there counts. */
  private static final List<String> COMPANY =
      List.of(
          "company_id",
          "companyId",
          "empresa_id",
          "idEmpresa",
          "account_id",
          "accountId",
          "conta_id",
          "idConta",
          "tenant_id",
          "tenantId",
          "cnpj");

  /** Of the answer of a token endpoint: the id token's claims, then the access token's. */
  public static TokenClaims of(JsonNode answer) {
    return of(answer.path("id_token").asText(""), answer.path("access_token").asText(""));
  }

  public static TokenClaims of(String idToken, String accessToken) {
    JsonNode id = claims(idToken);
    JsonNode access = claims(accessToken);
    return new TokenClaims(
        COMPANY.stream()
            .map(name -> first(id, access, name))
            .filter(value -> value != null)
            .findFirst()
            .orElse(null),
        first(id, access, "sub"),
        first(id, access, "preferred_username"),
        first(id, access, "email"));
  }

  public boolean isEmpty() {
    return company == null && subject == null;
  }

  private static @Nullable String first(JsonNode id, JsonNode access, String name) {
    String value = text(id.path(name));
    return value == null ? text(access.path(name)) : value;
  }

  private static @Nullable String text(JsonNode value) {
    String text = value.isValueNode() && !value.isNull() ? value.asText("").strip() : "";
    return text.isEmpty() || text.length() > LONGEST || text.indexOf('\0') >= 0 ? null : text;
  }

  /** Missing where the token is no JWT. */
  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      return claims == null ? MissingNode.getInstance() : claims;
    } catch (IOException | IllegalArgumentException e) {
      return MissingNode.getInstance();
    }
  }
}
