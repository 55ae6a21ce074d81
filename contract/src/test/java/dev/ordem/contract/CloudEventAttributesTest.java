package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class CloudEventAttributesTest {
  private final StatusChange change =
      new StatusChange(
          StatusChange.idOf(new OrderKey("loja", 7), 1, null, 0),
          "loja",
          7,
          1,
          null,
          null,
          0,
          null,
          Instant.EPOCH,
          StatusChange.Source.DETAIL,
          null);

  @Test
  void aRecordCarriesTheAttributesInBinaryMode() {
    assertThat(headers(Topics.OS_STATUS_CHANGES.record("loja:7", change)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", change.id().toString(),
                "ce_type", "dev.ordem.status-change",
                "ce_source", "/ordem/loja",
                "ce_subject", "7",
                "ce_time", "1970-01-01T00:00:00Z",
                "content-type", "application/json"));
  }

  @Test
  void aRecordPassedOnCarriesItsOwnAttributesOnly() {
    ProducerRecord<byte[], byte[]> record = Topics.OS_STATUS_CHANGES.record("loja:7", change);
    HeaderEvent cancel = new HeaderEvent.Canceled("loja", new UUID(0, 1), Instant.EPOCH, 1L);
    Topics.OS_HEADERS.valueSerde().serializer().serialize("t", record.headers(), cancel);
    assertThat(headers(record))
        .containsEntry("ce_type", "dev.ordem.header-event.canceled")
        .hasSize(7);
  }

  @Test
  void aTombstoneCarriesNone() {
    assertThat(Topics.OS_ENRICHED.record("loja:7", null).headers()).isEmpty();
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }
}
