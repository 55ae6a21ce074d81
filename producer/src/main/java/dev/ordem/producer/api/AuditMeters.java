package dev.ordem.producer.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Shows how often an order that seemed unchanged had changed, with its uncertainty. */
public final class AuditMeters {
  private final DataSource database;
  private final MultiGauge ratio;

  public AuditMeters(DataSource database, MeterRegistry registry) {
    this.database = database;
    this.ratio =
        MultiGauge.builder("ordem.audit.miss.ratio")
            .description(
                "Share of seemingly unchanged orders that had changed, and its 95 % interval")
            .register(registry);
  }

  /** As the ledgers told last; an account of which nothing was read yet is not shown. */
  public void publish() throws SQLException {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      for (StatusAnswer.Audit audit : StatusAnswer.audit(connection)) {
        if (audit.rate() != null && audit.low() != null && audit.high() != null) {
          rows.add(row(audit.account(), "estimate", audit.rate()));
          rows.add(row(audit.account(), "low", audit.low()));
          rows.add(row(audit.account(), "high", audit.high()));
        }
      }
    }
    ratio.register(rows, true);
  }

  private static MultiGauge.Row<?> row(String account, String bound, double value) {
    return MultiGauge.Row.of(Tags.of("account", account, "bound", bound), value);
  }
}
