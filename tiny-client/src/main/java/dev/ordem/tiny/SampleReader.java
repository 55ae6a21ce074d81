package dev.ordem.tiny;

import dev.ordem.tiny.account.owner.AccountSample;
import dev.ordem.tiny.account.owner.SampleReading;
import dev.ordem.tiny.http.BodyRoom;
import dev.ordem.tiny.http.Exchange;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.http.RateHeaders;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.OrderReader;
import dev.ordem.tiny.order.Priority;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an account's oldest orders with a token that is no account's yet, in one request. Whoever
 * asks counts it.
 */
final class SampleReader {
  private static final Logger log = LoggerFactory.getLogger(SampleReader.class);
  private static final String ASKED = "GET ordem-servico (the oldest)";
  private static final HeaderQuery OLDEST =
      new HeaderQuery(
          null, null, null, HeaderQuery.Order.ASC, AccountSample.SIZE, 0, Priority.REFRESH);

  private final Http http;
  private final OrderReader reader;

  SampleReader(Http http, OrderReader reader) {
    this.http = http;
    this.reader = reader;
  }

  AccountSample.Attempt read(String accessToken, BooleanSupplier mayLeave)
      throws InterruptedException {
    try (BodyRoom room = http.room()) {
      Exchange exchange =
          http.send(
              (api, tag) ->
                  api.list(
                      "Bearer " + accessToken, null, null, null, "asc", AccountSample.SIZE, 0, tag),
              mayLeave,
              room);
      RequestOutcome<HeaderPage> outcome = outcome(exchange);
      RetryDecision verdict = outcome.verdict();
      return new AccountSample.Attempt(
          reading(outcome),
          RateHeaders.feedback(exchange, verdict),
          verdict instanceof RetryDecision.Now);
    }
  }

  private RequestOutcome<HeaderPage> outcome(Exchange exchange) {
    RetryDecision verdict = FailureClassifier.judge(ASKED, exchange);
    return verdict instanceof RetryDecision.Read read
        ? ResponseParser.read(ASKED, body -> reader.page(body, OLDEST), read)
        : RequestOutcome.of(verdict);
  }

  private static SampleReading reading(RequestOutcome<HeaderPage> outcome) {
    HeaderPage page = outcome.value();
    if (page == null) {
      log.warn("What the account shows could not be read: {}", outcome.verdict());
      return new SampleReading.Unreadable(why(outcome.verdict()));
    }
    List<AccountSample.Order> orders = page.headers().stream().map(SampleReader::order).toList();
    return new SampleReading.Shown(new AccountSample(orders, page.total()));
  }

  /** In our words: what Tiny said may tell of somebody. */
  private static String why(RetryDecision verdict) {
    if (verdict instanceof RetryDecision.Throttled) {
      return "the account's quota is used, 429";
    }
    return verdict.refusal() == null
        ? "Tiny gave no list: " + verdict.label()
        : "Tiny refuses the call, 401, 402 or 403: its plan, or the rights of who authorised it";
  }

  private static AccountSample.Order order(OrderHeader header) {
    return new AccountSample.Order(
        header.id(),
        header.numeroOrdemServico(),
        header.data() == null ? null : header.data().toString(),
        header.clienteId());
  }
}
