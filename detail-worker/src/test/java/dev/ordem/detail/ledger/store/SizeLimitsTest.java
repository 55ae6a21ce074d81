package dev.ordem.detail.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.order.Content;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeLimitsTest {
  /** What is merged of header and detail, at the edge. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void whatIsMergedIsKeptUpToTheLimitAndNotBeyondIt(int more) {
    int beside = StateSerde.size(content(""));
    Content content = content("x".repeat(SizeLimits.CONTENT - beside + more));
    assertThat(StateSerde.size(content)).isEqualTo(SizeLimits.CONTENT + more);
    assertThat(SizeLimits.fits(content)).isEqualTo(more <= 0);
  }

  private static Content content(String text) {
    Header header = Given.header(1, 0);
    ((ObjectNode) header.raw()).put("obs", text.substring(text.length() / 2));
    Detail detail = Given.detail(1, 0, "Notebook");
    ((ObjectNode) detail.raw()).put("obs", text.substring(0, text.length() / 2));
    return new Content(header, detail);
  }

  @Property(tries = 60)
  void whatFitsIsWhatIsWrittenInSoManyBytes(
      @ForAll @StringLength(max = 400) String text,
      @ForAll @IntRange(min = 1, max = 1_800) int times) {
    Header header = Given.header(1, 0);
    ((ObjectNode) header.raw()).put("obs", text.repeat(times));
    Detail detail = Given.detail(1, 0, "Notebook");
    Content content = new Content(header, detail);
    assertThat(SizeLimits.fits(content)).isEqualTo(StateSerde.size(content) <= SizeLimits.CONTENT);
  }
}
