package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSpanTest {
  @Test
  void theOnlyPageOfAListSpansAllIds() {
    assertThat(PageSpan.of(Slice.ofStatus(6, 0), page(0, 2, 5, 9)))
        .contains(new PageSpan(6, 0, Long.MAX_VALUE));
    assertThat(PageSpan.of(Slice.ofStatus(6, 0), page(0, 0)))
        .contains(new PageSpan(6, 0, Long.MAX_VALUE));
  }

  @Test
  void aPageInTheMiddleSpansWhatLiesBetweenItsRows() {
    assertThat(PageSpan.of(Slice.range(1), page(99, 300, 5, 7, 9)))
        .contains(new PageSpan(null, 5, 9));
    assertThat(PageSpan.of(Slice.range(2), page(198, 201, 5, 7, 9)))
        .contains(new PageSpan(null, 5, Long.MAX_VALUE));
  }

  @Test
  void theNewestPageSpansWhatIsNewer() {
    assertThat(PageSpan.of(Slice.newest(), page(0, 300, 9, 7, 5)))
        .contains(new PageSpan(null, 5, Long.MAX_VALUE));
    assertThat(PageSpan.of(Slice.newest(), page(0, 3, 9, 7, 5)))
        .contains(new PageSpan(null, 0, Long.MAX_VALUE));
  }

  @Test
  void aPageBehindTheEndTellsNothing() {
    assertThat(PageSpan.of(Slice.range(3), page(297, 250))).isEmpty();
  }

  @Test
  void whatIsOutOfOrderOrCannotBeReadTellsNothingOfGaps() {
    assertThat(PageSpan.of(Slice.range(0), page(0, 3, 5, 4, 9))).isEmpty();
    assertThat(PageSpan.of(Slice.newest(), page(0, 2, 4, 9))).isEmpty();
    UnreadableHeader fault =
        new UnreadableHeader(JsonNodeFactory.instance.objectNode(), "no id", 0);
    HeaderPage page = new HeaderPage(List.of(), List.of(fault), 100, 0, 1L);
    assertThat(PageSpan.of(Slice.ofStatus(0, 0), page)).isEmpty();
  }

  private static HeaderPage page(long offset, long total, long... ids) {
    List<OrderHeader> rows =
        Arrays.stream(ids)
            .mapToObj(id -> FakeTiny.header(id, 6, LocalDate.of(2026, 1, 1)))
            .toList();
    return new HeaderPage(rows, List.of(), 100, offset, total);
  }
}
