package dev.ordem.bench.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lists of many accounts, in memory: each page takes a real permit and the time of a real
 * answer, but nothing is sent and nothing parsed. Thread safe.
 */
final class ManyAccounts implements PageReader {
  /** In which work is not over. */
  static final int OPEN = 6;

  static final int OPEN_TOO = 5;
  static final int OVER = 3;
  static final String CUSTOMER = "Cliente";
  private static final Duration ANSWER = Duration.ofMillis(270);
  private static final JsonNode ITEM = JsonNodeFactory.instance.objectNode().put("id", 0);

  private final Accounts permits;
  private final int orders;
  private final int open;
  private final Map<String, int[]> statuses = new ConcurrentHashMap<>();
  private final Map<String, Long> changed = new ConcurrentHashMap<>();
  private Ages ages = new Ages();

  /**
   * Does no I/O.
   *
   * @param orders of each account
   * @param open of them, those with the lowest ids
   */
  ManyAccounts(Accounts permits, int orders, int open) {
    this.permits = permits;
    this.orders = orders;
    this.open = open;
  }

  /** An open order moves to another open status; returns which. */
  int change(String account, int id) {
    int[] all = statuses(account);
    int to;
    synchronized (all) {
      to = all[id - 1] == OPEN ? OPEN_TOO : OPEN;
      all[id - 1] = to;
    }
    changed.putIfAbsent(account + ":" + id, System.nanoTime());
    return to;
  }

  /** How old changes were when a look showed them, since this was asked last. */
  synchronized Ages seen() {
    Ages before = ages;
    ages = new Ages();
    return before;
  }

  @Override
  public Answer<HeaderPage> read(String account, HeaderQuery query) throws InterruptedException {
    Permit permit = permits.permit(account, "list", query.priority().kind());
    if (!(permit instanceof Permit.Granted granted)) {
      Permit.Refused refused = (Permit.Refused) permit;
      return new Answer.Later<>(refused.until(), refused.reason());
    }
    Waiting.pause(ANSWER);
    HeaderPage page = page(account, query);
    permits.release(granted, Feedback.of(Feedback.End.OK));
    Interval at = new Interval(granted.asked(), granted.answered(System.nanoTime()));
    return new Answer.Ok<>(page, at);
  }

  private int[] statuses(String account) {
    return statuses.computeIfAbsent(
        account,
        name -> {
          int[] all = new int[orders];
          for (int i = 0; i < orders; i++) {
            all[i] = i < open ? OPEN : OVER;
          }
          return all;
        });
  }

  private HeaderPage page(String account, HeaderQuery query) {
    List<OrderHeader> rows = new ArrayList<>();
    int[] all = statuses(account);
    synchronized (all) {
      for (int i = 0; i < orders; i++) {
        if (query.situacao() == null || query.situacao() == all[i]) {
          rows.add(row(i + 1, all[i]));
        }
      }
    }
    if (query.order() == HeaderQuery.Order.DESC) {
      Collections.reverse(rows);
    }
    int from = (int) Math.min(query.offset(), rows.size());
    List<OrderHeader> page = rows.subList(from, Math.min(rows.size(), from + query.limit()));
    page.forEach(row -> see(account + ":" + row.id()));
    return new HeaderPage(page, List.of(), query.limit(), query.offset(), (long) rows.size());
  }

  private void see(String order) {
    Long at = changed.remove(order);
    if (at != null) {
      synchronized (this) {
        ages.add((System.nanoTime() - at) / 1e9);
      }
    }
  }

  private static OrderHeader row(long id, int situacao) {
    return new OrderHeader(
        id, situacao, null, null, null, Long.toString(id), null, CUSTOMER, List.of(), ITEM);
  }
}
