package dev.ordem.tiny;

import dev.ordem.tiny.account.owner.AccountSample;
import dev.ordem.tiny.account.owner.SampleReading;
import dev.ordem.tiny.http.BodyRoom;
import dev.ordem.tiny.http.Exchange;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.OrderReader;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Time;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an account's oldest orders with a token that is no account's yet. Whoever asks has counted
 * the call. It is made again once, if the connection was lost or the server failed.
 */
final class SampleReader {
  private static final Logger log = LoggerFactory.getLogger(SampleReader.class);
  private static final Duration PAUSE = Duration.ofMillis(1100);
  private static final String ASKED = "GET ordem-servico (the oldest)";
  private static final HeaderQuery OLDEST =
      new HeaderQuery(
          null, null, null, HeaderQuery.Order.ASC, AccountSample.SIZE, 0, Priority.REFRESH);

  private final Http http;
  private final OrderReader reader;
  private final Time time;

  SampleReader(Http http, OrderReader reader, Time time) {
    this.http = http;
    this.reader = reader;
    this.time = time;
  }

  SampleReading read(String accessToken) throws InterruptedException {
    RequestOutcome<HeaderPage> outcome = ask(accessToken);
    if (outcome.verdict() instanceof RetryDecision.Now) {
      time.pause().sleep(PAUSE);
      outcome = ask(accessToken);
    }
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

  private RequestOutcome<HeaderPage> ask(String accessToken) throws InterruptedException {
    try (BodyRoom room = http.room()) {
      Exchange exchange =
          http.send(
              (api, tag) ->
                  api.list(
                      "Bearer " + accessToken, null, null, null, "asc", AccountSample.SIZE, 0, tag),
              () -> true,
              room);
      RetryDecision verdict = FailureClassifier.judge(ASKED, exchange);
      return verdict instanceof RetryDecision.Read read
          ? ResponseParser.read(ASKED, body -> reader.page(body, OLDEST), read)
          : RequestOutcome.of(verdict);
    }
  }

  private static AccountSample.Order order(OrderHeader header) {
    return new AccountSample.Order(
        header.id(),
        header.numeroOrdemServico(),
        header.data() == null ? null : header.data().toString(),
        header.clienteId());
  }
}
