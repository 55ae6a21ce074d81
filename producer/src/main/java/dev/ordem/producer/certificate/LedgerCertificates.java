package dev.ordem.producer.certificate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what the ledger told of an account, as Postgres was given it. */
public final class LedgerCertificates {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GENERATION =
      """
      SELECT id, partitions FROM generation WHERE account = ? ORDER BY number DESC LIMIT 1
      """;
  private static final String CERTIFICATES =
      """
      SELECT partition, generation, version, orders, orders_xor, changes, changes_xor, by_situacao,
        suspects
      FROM account_certificate WHERE account = ?
      """;

  private LedgerCertificates() {}

  /** The account's present generation; null: none has begun. */
  public static @Nullable AccountGeneration generation(Connection connection, String account)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(GENERATION)) {
      query.setString(1, account);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? new AccountGeneration(row.getObject(1, UUID.class), row.getInt(2))
            : null;
      }
    }
  }

  /** The certificates of an account, by partition. */
  public static SortedMap<Integer, LedgerCertificate> of(Connection connection, String account)
      throws SQLException {
    SortedMap<Integer, LedgerCertificate> result = new TreeMap<>();
    try (PreparedStatement query = connection.prepareStatement(CERTIFICATES)) {
      query.setString(1, account);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          LedgerCertificate certificate = certificate(row);
          result.put(certificate.partition(), certificate);
        }
      }
    }
    return result;
  }

  private static LedgerCertificate certificate(ResultSet row) throws SQLException {
    Map<Integer, Long> bySituacao = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : json(row.getString("by_situacao")).properties()) {
      bySituacao.put(Integer.valueOf(one.getKey()), one.getValue().asLong());
    }
    return new LedgerCertificate(
        row.getInt("partition"),
        row.getObject("generation", UUID.class),
        row.getLong("version"),
        new PartitionDigest(
            row.getLong("orders"),
            row.getLong("orders_xor"),
            row.getLong("changes"),
            row.getLong("changes_xor")),
        bySituacao,
        row.getLong("suspects"));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + text, e);
    }
  }
}
