package dev.ordem.detail.ledger.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ordem.contract.Header;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Digests are stored: each header keeps the one that its text has. */
class HeaderDigestTest {
  @Property
  void theDigestIsThatOfTheText(
      @ForAll String text, @ForAll long number, @ForAll double fraction, @ForAll boolean known)
      throws Exception {
    var mapper = new JsonMapper();
    var raw = mapper.createObjectNode().put(text, text).put("n", number).put("f", fraction);
    raw.put("b", known).put("d", new BigDecimal("1.50")).putNull("nothing");
    raw.putObject("empty");
    raw.putArray("none");
    raw.putArray("some").add(text).add((int) number).addObject().put("x", text);
    Header header =
        new Header(
            number,
            known ? 3 : null,
            known ? LocalDate.of(2026, 1, 2) : null,
            null,
            known ? new BigDecimal("0.00") : null,
            text,
            known ? number : null,
            text,
            List.of(text, "b"),
            raw);
    assertThat(Fingerprint.digest(header)).isEqualTo(ofText(header));
  }

  @Property
  void rawNeedNotBeAnObject(@ForAll @Nullable String text) {
    var raw = JsonMapper.builder().build().valueToTree(text == null ? List.of() : text);
    Header header = new Header(1, null, null, null, null, null, null, null, List.of(), raw);
    assertThat(Fingerprint.digest(header)).isEqualTo(ofText(header));
  }

  private static long ofText(Header header) {
    long digest = 1125899906842597L;
    for (char each : header.toString().toCharArray()) {
      digest = 31 * digest + each;
    }
    digest ^= digest >>> 32;
    return digest == 0 ? 1 : digest;
  }
}
