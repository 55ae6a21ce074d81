package dev.ordem.quickstart.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.RunState;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record of a public topic as a line: for people without personal data, for scripts whole. */
public final class TailLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private TailLines() {}

  /** Never empty, also of what cannot be read. */
  public static String forPeople(
      Topic<?> topic, ConsumerRecord<byte[], byte[]> record, ZoneId zone) {
    Object value;
    try {
      value = topic.value(record);
    } catch (SerializationException e) {
      return line(record, zone, "cannot be read: " + e.getMessage());
    }
    if (topic.equals(Topics.DLQ)) {
      return line(record, zone, text(record, DeadLetter.REASON));
    }
    if (value instanceof StatusChange change) {
      String from = change.from() == null ? "new" : SituacaoText.of(change.from());
      return line(
          change.seenAt(),
          change.key().toString(),
          zone,
          from + " -> " + SituacaoText.of(change.to()));
    }
    if (value instanceof EnrichedOrder order) {
      return line(
          order.updatedAt(),
          order.key().toString(),
          zone,
          "number %s, %s, revision %d%s"
              .formatted(
                  Optional.ofNullable(order.numero()).orElse("-"),
                  SituacaoText.of(order.situacao()),
                  order.revision(),
                  order.detailsSynced() ? "" : ", details not read"));
    }
    if (value instanceof RunState run) {
      String error = run.error() == null ? "" : ": " + run.error();
      return line(
          run.updatedAt(),
          run.runId().toString(),
          zone,
          "%s of %s %s%s".formatted(run.mode(), run.account(), run.status(), error));
    }
    return line(record, zone, "removed");
  }

  /** Where it stands, its key, its headers and its value. */
  public static String forScripts(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode line = JSON.createObjectNode();
    line.put("topic", record.topic());
    line.put("partition", record.partition()).put("offset", record.offset());
    line.put("time", Instant.ofEpochMilli(record.timestamp()).toString());
    line.put("key", text(record.key()));
    ObjectNode headers = line.putObject("headers");
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    line.set("value", value(record.value()));
    return line.toString();
  }

  private static @Nullable JsonNode value(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : JSON.readTree(text(bytes));
    } catch (JsonProcessingException e) { // a dead letter may be anything
      return JSON.getNodeFactory().textNode(text(bytes));
    }
  }

  private static String line(ConsumerRecord<byte[], byte[]> record, ZoneId zone, String said) {
    String key = text(record.key());
    return line(Instant.ofEpochMilli(record.timestamp()), key == null ? "-" : key, zone, said);
  }

  private static String line(Instant at, String key, ZoneId zone, String said) {
    String line = "%s  %s  %s".formatted(TIME.format(at.atZone(zone)), key, said);
    return line.replaceAll("\\p{Cc}", " ");
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
    Header found = record.headers().lastHeader(header);
    return found == null ? "no reason given" : String.valueOf(text(found.value()));
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
