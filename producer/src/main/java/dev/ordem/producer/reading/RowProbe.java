package dev.ordem.producer.reading;

import dev.ordem.producer.paging.Pass;
import dev.ordem.tiny.order.HeaderQuery;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks for single places of a list where some cannot be served. Between those that fail it asks for
 * one that could be: that tells rows at fault from a list that is down, and the breaker before Tiny
 * judges by it. Used by one thread.
 */
final class RowProbe {
  /** As many places in a row that the breaker does not take for an outage, with all repetitions. */
  private static final int IN_A_ROW = 3;

  private final PageCalls calls;
  private final Pass pass;
  private @Nullable HeaderQuery readable;
  private @Nullable Long total;
  private int failed;

  RowProbe(PageCalls calls, Pass pass) {
    this.calls = calls;
    this.pass = pass;
  }

  /** The row at {@code offset} could be read, as the first of a page. */
  void readable(long offset) {
    readable = pass.page(1, offset);
  }

  /** The next one that fails may be one of many. */
  void begin() {
    failed = IN_A_ROW - 1;
  }

  /** Asks for so many rows at {@code offset}, in one page. */
  PageCalls.Got rows(int limit, long offset) throws InterruptedException, SQLException {
    PageCalls.Got got = ask(pass.page(limit, offset));
    if (got instanceof PageCalls.Got.Bad) {
      failed++;
      if (failed >= IN_A_ROW) {
        failed = 0;
        control();
      }
    }
    return got;
  }

  /** Rows of the list, as far as Tiny told. */
  OptionalLong total() {
    return total == null ? OptionalLong.empty() : OptionalLong.of(total);
  }

  private void control() throws InterruptedException, SQLException {
    HeaderQuery known = readable;
    readable = null;
    List<HeaderQuery> places =
        known == null ? List.of(pass.lastRow(), pass.page(1, 0)) : List.of(known);
    for (HeaderQuery place : places) {
      if (readable == null) {
        ask(place);
      }
    }
  }

  private PageCalls.Got ask(HeaderQuery query) throws InterruptedException, SQLException {
    PageCalls.Got got = calls.read(query);
    if (got instanceof PageCalls.Got.Page page) {
      failed = 0;
      total = page.page().total();
      if (!page.page().headers().isEmpty()) {
        readable =
            new HeaderQuery(
                query.situacao(),
                query.dataInicial(),
                query.dataFinal(),
                query.order(),
                1,
                query.offset(),
                query.priority());
      }
    }
    return got;
  }
}
