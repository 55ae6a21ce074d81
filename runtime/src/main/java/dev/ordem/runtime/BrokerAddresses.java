package dev.ordem.runtime;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What can stand in {@code KAFKA_BOOTSTRAP_SERVERS} and for the protocol of its clients. */
final class BrokerAddresses {
  static final String RIGHT = "host:port,host:port, such as 127.0.0.1:9092";

  /** Of Kafka's {@code security.protocol}. */
  static final Set<String> PROTOCOLS = Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

  /** With the name of a listener in front, as brokers write it, which Kafka's clients skip. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Z][A-Z0-9_]*://)?(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):(\\d{1,5})");

  private BrokerAddresses() {}

  /** Whether each of them is one, whatever listens there. */
  static boolean areRight(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).allMatch(BrokerAddresses::isRight);
  }

  private static boolean isRight(String address) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      return false;
    }
    int port = Integer.parseInt(parts.group(1));
    return port > 0 && port <= Environment.HIGHEST_PORT;
  }
}
