package dev.ordem.quickstart.admin;

import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.runtime.StartException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SecurityDisabledException;

/** An administrator's way to the brokers. */
final class Brokers {
  private Brokers() {}

  /** Connects when it is first used. The caller closes it. */
  static Admin connect(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    KafkaTimeouts.admin().forEach(all::putIfAbsent);
    return Admin.create(all);
  }

  /** What a person can do about it. */
  static StartException trouble(Map<String, Object> properties, KafkaException failure) {
    if (failure.getCause() instanceof SecurityDisabledException) {
      return new StartException(
          "These brokers have no authorizer: whoever reaches them may do everything, so there is"
              + " nothing to permit. Set authorizer.class.name and let clients log in.",
          failure);
    }
    return new StartException(
        "The brokers at "
            + properties.get("bootstrap.servers")
            + " say: "
            + failure.getMessage()
            + ". Check KAFKA_BOOTSTRAP_SERVERS and KAFKA_CLIENT_*, which must be an administrator's.",
        failure);
  }
}
