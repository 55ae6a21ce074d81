package dev.ordem.producer.api;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.account.AccountFacts;
import dev.ordem.tiny.account.owner.AccountOwner;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How everything stands.
 *
 * @param failures what is tried again, waits for a person or was refused by Postgres, counted
 * @param runs how many, by status
 * @param audit what a look at seemingly unchanged orders found
 * @param certificates whether ledger and Postgres hold the same, at most half a minute old
 */
record StatusAnswer(
    Orders orders,
    List<BySituacao> bySituacao,
    List<Queue> queue,
    List<Failures> failures,
    List<LastSuccess> lastSuccess,
    Map<String, Long> runs,
    List<Account> accounts,
    List<Audit> audit,
    List<Certificate> certificates,
    List<ScheduleApi.Entry> schedule,
    List<WatchStatus> watches) {

  /** All accounts' orders that are not removed; sums in BRL, of those with details. */
  record Orders(
      long total,
      long withDetails,
      long withoutDetails,
      BigDecimal totalServicos,
      BigDecimal totalPecas,
      BigDecimal totalOrdens) {}

  /** The same of one status of one account. */
  record BySituacao(
      String account, int situacao, long orders, long withDetails, BigDecimal total) {}

  /** Work that is under way or waits. */
  record Queue(
      String account,
      String lane,
      String state,
      long orders,
      Instant oldestAt,
      boolean connected) {}

  /** What stands in {@code import_failures}. */
  record Failures(String account, String state, long orders) {}

  /** The newest complete run of an account. */
  record LastSuccess(String account, @Nullable Instant finishedAt, long ageSeconds) {}

  /**
   * A Tiny account; null times: none.
   *
   * @param problem what keeps it from being used and what to do; names nobody
   * @param problemDetail persons and companies by name, and what Tiny said, of that; null: no more
   * @param whose who authorised it, and what it showed then
   * @param application client id of its application
   * @param plan reads a minute of its plan, as a person said; null: nobody said
   */
  record Account(
      String account,
      String state,
      @Nullable String problem,
      @Nullable String problemDetail,
      @Nullable Instant tokenExpiresAt,
      @Nullable Instant closedUntil,
      @Nullable Instant lastCallAt,
      Whose whose,
      @Nullable String application,
      @Nullable Integer plan,
      Quota quota) {
    static Account of(AccountHealth known) {
      AccountFacts facts = known.facts();
      AccountOwner owner = facts.owner();
      return new Account(
          known.account(),
          known.state().toString(),
          known.problem(),
          facts.problemDetail(),
          known.tokenExpiresAt(),
          known.closedUntil(),
          facts.lastCallAt(),
          new Whose(
              owner.text(),
              owner.company(),
              owner.subject(),
              owner.username(),
              owner.email(),
              owner.orders()),
          facts.clientId(),
          facts.plan(),
          Quota.of(known));
    }
  }

  /** Whose an account is, as far as tokens and list tell. */
  record Whose(
      String text,
      @Nullable String company,
      @Nullable String subject,
      @Nullable String username,
      @Nullable String email,
      @Nullable Long orders) {}

  /**
   * What it allows; 0: no such window.
   *
   * @param usedInWindow calls under way or within the middle window
   * @param usedPercent of the middle window; null: there is none
   * @param toldByTiny whether the limits are Tiny's own word
   * @param opensAt when the middle window has room again; null: it has
   */
  record Quota(
      int perSecond,
      int perWindow,
      String window,
      long usedInWindow,
      @Nullable Integer usedPercent,
      int perHour,
      boolean toldByTiny,
      @Nullable Instant opensAt) {
    private static Quota of(AccountHealth known) {
      int used = known.facts().used();
      return new Quota(
          known.perSecond(),
          known.perWindow(),
          known.window().toString(),
          used,
          known.perWindow() == 0 ? null : Math.round(100f * used / known.perWindow()),
          known.perHour(),
          known.facts().toldByTiny(),
          known.facts().opensAt());
    }
  }

  /**
   * How often an order that seemed unchanged had changed.
   *
   * @param audited details of such orders that were read
   * @param missed of those, how many had changed
   * @param rate their share; null: none was read
   * @param low lower end of the 95 % Wilson interval of the share
   * @param high its upper end
   */
  record Audit(
      String account,
      long audited,
      long missed,
      @Nullable Double rate,
      @Nullable Double low,
      @Nullable Double high) {
    private static final double Z = 1.959964;

    /** See Wilson, Probable inference, the law of succession, and statistical inference, 1927. */
    static Audit of(String account, long audited, long missed) {
      if (audited == 0) {
        return new Audit(account, 0, 0, null, null, null);
      }
      double n = audited;
      double p = missed / n;
      double scale = 1 + Z * Z / n;
      double centre = (p + Z * Z / (2 * n)) / scale;
      double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / scale;
      return new Audit(
          account, audited, missed, p, Math.max(0, centre - half), Math.min(1, centre + half));
    }
  }

  /**
   * Whether ledger and Postgres hold the same of an account.
   *
   * @param differing partitions that differ
   * @param setAside rows that Postgres refused or the ledger does not know
   */
  record Certificate(
      String account, boolean equal, List<Integer> differing, long setAside, Instant comparedAt) {}

  static Orders orders(Connection connection) throws SQLException {
    String sql =
        """
        SELECT count(*) AS total, count(*) FILTER (WHERE details_synced) AS with_details,
          coalesce(sum(total_servicos), 0) AS servicos, coalesce(sum(total_pecas), 0) AS pecas,
          coalesce(sum(total), 0) AS ordens
        FROM os WHERE removed_at IS NULL
        """;
    return ApiDatabase.list(
            connection,
            row ->
                new Orders(
                    row.getLong("total"),
                    row.getLong("with_details"),
                    row.getLong("total") - row.getLong("with_details"),
                    row.getBigDecimal("servicos"),
                    row.getBigDecimal("pecas"),
                    row.getBigDecimal("ordens")),
            sql)
        .get(0);
  }

  static List<BySituacao> bySituacao(Connection connection) throws SQLException {
    String sql =
        """
        SELECT account, situacao, count(*) AS orders,
          count(*) FILTER (WHERE details_synced) AS with_details, coalesce(sum(total), 0) AS total
        FROM os WHERE removed_at IS NULL GROUP BY account, situacao ORDER BY account, situacao
        """;
    return ApiDatabase.list(
        connection,
        row ->
            new BySituacao(
                row.getString("account"),
                row.getInt("situacao"),
                row.getLong("orders"),
                row.getLong("with_details"),
                row.getBigDecimal("total")),
        sql);
  }

  static List<Queue> queue(Connection connection) throws SQLException {
    String sql =
        """
        SELECT account, lane, state, count(*) AS orders, min(updated_at) AS oldest_at,
          EXISTS (SELECT FROM tiny_account t WHERE t.account = q.account) AS connected
        FROM os_sync_queue q WHERE state <> 'SETTLED'
        GROUP BY account, lane, state ORDER BY account, lane, state
        """;
    return ApiDatabase.list(
        connection,
        row ->
            new Queue(
                row.getString("account"),
                row.getString("lane"),
                row.getString("state"),
                row.getLong("orders"),
                row.getTimestamp("oldest_at").toInstant(),
                row.getBoolean("connected")),
        sql);
  }

  static List<Failures> failures(Connection connection) throws SQLException {
    String sql =
        """
        SELECT account, state, count(*) AS orders FROM import_failures
        GROUP BY account, state ORDER BY account, state
        """;
    return ApiDatabase.list(
        connection,
        row ->
            new Failures(row.getString("account"), row.getString("state"), row.getLong("orders")),
        sql);
  }

  static List<LastSuccess> lastSuccess(Connection connection) throws SQLException {
    String sql =
        """
        SELECT a.account, newest.finished_at,
          greatest(0, round(extract(epoch FROM now() - newest.finished_at))) AS age
        FROM (SELECT account FROM tiny_account UNION SELECT account FROM tiny_quota) AS a
          CROSS JOIN LATERAL (SELECT r.finished_at FROM sync_run r
            WHERE r.account = a.account AND r.status = 'COMPLETE' AND r.finished_at IS NOT NULL
            ORDER BY r.finished_at DESC LIMIT 1) AS newest
        ORDER BY a.account
        """;
    return ApiDatabase.list(
        connection,
        row ->
            new LastSuccess(
                row.getString("account"),
                ApiDatabase.instant(row, "finished_at"),
                row.getLong("age")),
        sql);
  }

  static Map<String, Long> runs(Connection connection) throws SQLException {
    return ApiDatabase.list(
            connection,
            row -> Map.entry(row.getString("status"), row.getLong("runs")),
            "SELECT status, count(*) AS runs FROM sync_run GROUP BY status")
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static List<Audit> audit(Connection connection) throws SQLException {
    String sql =
        """
        SELECT account, sum(audited) AS audited, sum(missed) AS missed
        FROM account_certificate GROUP BY account ORDER BY account
        """;
    return ApiDatabase.list(
        connection,
        row -> Audit.of(row.getString("account"), row.getLong("audited"), row.getLong("missed")),
        sql);
  }
}
