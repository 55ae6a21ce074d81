package dev.ordem.contract;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;

/**
 * The attributes of CloudEvents 1.0 in Kafka's binary content mode.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding for CloudEvents</a>
 */
final class CloudEventAttributes {
  private CloudEventAttributes() {}

  /** Replaces what is there, so that a record passed on carries its own attributes. */
  static void put(Headers headers, Event event) {
    set(headers, "ce_specversion", "1.0");
    set(headers, "ce_id", id(event));
    set(headers, "ce_type", type(event.getClass()));
    set(headers, "ce_source", "/ordem/" + event.account());
    set(headers, "ce_subject", event.subject());
    set(headers, "ce_time", event.time().toString());
    set(headers, "content-type", "application/json");
  }

  private static void set(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String id(Event event) {
    if (event instanceof StatusChange change) {
      return change.id().toString();
    }
    if (event instanceof DetailRequest request) {
      return request.id().toString();
    }
    return UUID.randomUUID().toString();
  }

  /** {@code DetailResult.Fetched} is {@code dev.ordem.detail-result.fetched}. */
  static String type(Class<?> event) {
    Class<?> outer = event.getDeclaringClass();
    String name = kebab(event.getSimpleName());
    return outer == null
        ? "dev.ordem." + name
        : "dev.ordem." + kebab(outer.getSimpleName()) + "." + name;
  }

  private static String kebab(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
