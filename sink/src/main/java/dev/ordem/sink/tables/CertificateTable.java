package dev.ordem.sink.tables;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code account_certificate}: the last word of each partition on each account. */
final class CertificateTable extends Table<AccountCertificate> {
  /** How the keys of its records begin: no run's id does. */
  static final String KEY = "account:";

  CertificateTable() {
    super(
        Topics.SYNC_RUN_PROGRESS,
        AccountCertificate.class,
        "account_certificate",
        new Columns(
            List.of("account", "partition"),
            List.of(
                "generation",
                "version",
                "orders",
                "orders_xor",
                "changes",
                "changes_xor",
                "by_situacao",
                "suspects",
                "audited",
                "missed",
                "updated_at",
                "source_offset")));
  }

  @Override
  boolean takes(String key) {
    return key.startsWith(KEY);
  }

  @Override
  String keyOf(AccountCertificate certificate) {
    return certificate.key();
  }

  @Override
  void row(Change<AccountCertificate> change, AccountCertificate held, CopyText row) {
    row.put(held.account()).put(held.partition()).put(held.generation()).put(held.version());
    row.put(held.orders()).put(held.ordersXor()).put(held.changes()).put(held.changesXor());
    row.put(json(held.bySituacao()));
    row.put(held.suspects()).put(held.audited()).put(held.missed());
    row.putRequired(held.updatedAt()).put(change.offset());
  }

  /** {@code account:{account}:{partition}}. */
  @Override
  void key(String text, CopyText row) {
    int colon = text.lastIndexOf(':');
    if (colon <= KEY.length()) {
      throw new IllegalArgumentException("key \"" + text + "\" is not \"account:name:partition\"");
    }
    row.put(text.substring(KEY.length(), colon));
    row.put(Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  List<String> statements() {
    return List.of(upsert(LATER), delete());
  }

  private static String json(Map<Integer, Long> bySituacao) {
    return new TreeMap<>(bySituacao)
        .entrySet().stream()
            .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
            .collect(Collectors.joining(",", "{", "}"));
  }
}
