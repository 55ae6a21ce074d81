import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Another team's program: reads a topic with a properties file as it was printed, on a class path
 * that has nothing but Kafka's client. Ends with 0 and a record if there was one, or with 1 and what
 * Kafka says, or that it says nothing.
 *
 * <p>{@code java -cp 'lib/*' .ci/Subscriber.java billing.properties os-status-changes}
 */
public final class Subscriber {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Subscriber() {}

  /** The file, the topic. */
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
      properties.load(file);
    }
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(arguments[1]));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
        if (!records.isEmpty()) {
          System.out.println(records.iterator().next().value());
          return;
        }
      }
      System.out.println("nothing within " + PATIENCE.toSeconds() + " s");
    } catch (KafkaException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    System.exit(1);
  }
}
