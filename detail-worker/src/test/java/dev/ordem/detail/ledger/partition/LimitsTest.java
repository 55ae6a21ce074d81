package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** What is too large stops itself and nothing else. */
class LimitsTest {
  /** A broker's and a producer's default, less what keys, headers and framing may take. */
  private static final int RECORD = 1_048_576 - 20_000;

  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aListAndADetailThatOnlyTogetherAreTooLargeParkTheOrder() {
    bench.header(Given.seenBy(RUN, Mode.FULL, header(600_000), 0));
    bench.result(Given.fetched(bench.requests.get(0), detail(600_000), 1));

    assertThat(bench.work(1).state()).isEqualTo(Work.PARKED);
    assertThat(bench.work(1).lastError()).extracting(Failure::cause).isEqualTo("too-large");
    assertThat(bench.enriched).hasSize(1);
    end(RUN);
    assertThat(bench.run(RUN).parked()).isEqualTo(1);
    bench.header(Given.seen(2, 0, 2));
    assertThat(last(bench.enriched).osId()).isEqualTo(2);
    everythingFits();
  }

  @Test
  void onceItIsSmallAgainItIsReadAgain() {
    bench.header(Given.seenBy(RUN, Mode.FULL, header(600_000), 0));
    bench.result(Given.fetched(bench.requests.get(0), detail(600_000), 1));
    bench.header(new HeaderEvent.RequeueWanted(Given.ACCOUNT, 1, at(2)));
    bench.result(Given.fetched(last(bench.requests), detail(100), 3));
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    end(RUN);
    assertThat(bench.run(RUN).settled()).isEqualTo(1);
  }

  @Test
  void aHeaderThatIsTooLargeIsClaimedByEveryRunThatSeesItUntilItIsSmall() {
    bench.header(Given.seenBy(RUN, Mode.FULL, header(100), 0));
    bench.result(Given.fetched(bench.requests.get(0), detail(500_000), 1));
    bench.header(Given.seenBy(RUN, Mode.FULL, header(500_000), 10));
    bench.header(Given.headersOnly(OTHER_RUN, header(500_000), 11));
    end(RUN);
    end(OTHER_RUN);
    assertThat(bench.run(RUN).parked()).isEqualTo(1);
    assertThat(bench.run(OTHER_RUN).parked()).isEqualTo(1);
    assertThat(bench.dead).as("one letter").hasSize(1);

    bench.header(Given.watched(header(100), 20));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.run(OTHER_RUN).settled()).isEqualTo(1);
    assertThat(bench.requests).hasSize(1);
    everythingFits();
  }

  @Test
  void aHeaderThatWasTooLargeFromTheBeginningIsReadOnceItIsSmall() {
    bench.header(Given.seenBy(RUN, Mode.FULL, header(950_000), 0));
    assertThat(bench.enriched).isEmpty();
    assertThat(bench.changes).as("its status is known all the same").hasSize(1);
    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, header(10), 10));
    assertThat(bench.requests).hasSize(1);
    bench.result(Given.fetched(bench.requests.get(0), detail(10), 11));
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(last(bench.enriched).detailsSynced()).isTrue();
    end(RUN);
    assertThat(bench.run(RUN).settled()).isEqualTo(1);
  }

  @Test
  void whatAnErrorSaysIsCutAndALetterFits() {
    Failure failure = new Failure("http-500", "x".repeat(100_000), "y".repeat(800_000));
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Rejected(bench.requests.get(0), failure, at(1)));
    assertThat(bench.work(1).lastError())
        .extracting(Failure::message)
        .asString()
        .hasSize(SizeLimits.TEXT);
    everythingFits();
  }

  @Property(tries = 60)
  void anOrderIsToldInNoMoreThanItsContentTakes(
      @ForAll @StringLength(max = 400) String text,
      @ForAll @IntRange(min = 1, max = 900) int times) {
    Header header = header(text.repeat(times));
    Detail detail = detail(text.repeat(times));
    Bench one = Bench.based(LedgerRules.DEFAULT);
    one.header(Given.seenBy(RUN, Mode.FULL, header, 0));
    if (!one.requests.isEmpty()) {
      one.result(Given.fetched(one.requests.get(0), detail, 1));
    }
    for (EnrichedOrder order : one.enriched) {
      assertThat(size(order)).isLessThan(RECORD);
    }
  }

  private void everythingFits() {
    bench.enriched.forEach(order -> assertThat(size(order)).isLessThan(RECORD));
    bench.dead.forEach(
        letter -> {
          Object value = letter.value();
          assertThat(value == null ? 0 : ((byte[]) value).length).isLessThan(RECORD);
        });
  }

  private void end(java.util.UUID run) {
    bench.header(Given.end(run, Mode.FULL, 30));
    bench.pass(Duration.ofSeconds(1));
  }

  private static int size(EnrichedOrder order) {
    return Topics.OS_ENRICHED.record(order.key().toString(), order).value().length;
  }

  private static Header header(int bytes) {
    return header("x".repeat(bytes));
  }

  private static Header header(String text) {
    Header like = Given.header(1, 0);
    ObjectNode raw = JsonNodeFactory.instance.objectNode();
    raw.setAll((ObjectNode) like.raw());
    raw.put("obs", text);
    return new Header(
        1,
        0,
        like.data(),
        like.dataPrevista(),
        null,
        "1042",
        77L,
        like.clienteNome(),
        like.marcadores(),
        raw);
  }

  private static Detail detail(int bytes) {
    return detail("x".repeat(bytes));
  }

  private static Detail detail(String text) {
    Detail like = Given.detail(1, 0, "Notebook");
    ObjectNode raw = JsonNodeFactory.instance.objectNode();
    raw.setAll((ObjectNode) like.raw());
    raw.put("obs", text);
    return new Detail(
        1,
        0,
        like.data(),
        like.dataPrevista(),
        null,
        "1042",
        77L,
        like.contatoNome(),
        "Ana",
        "Notebook",
        null,
        null,
        null,
        null,
        raw);
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
