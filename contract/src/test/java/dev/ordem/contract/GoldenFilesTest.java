package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files under {@code golden/1} were written by the first version, those under {@code golden/2}
 * by the second; they are never changed: each must be read as the event it stands for.
 */
class GoldenFilesTest {
  static Stream<Arguments> samples() {
    return arguments(Samples.all());
  }

  static Stream<Arguments> first() {
    return arguments(Samples.first());
  }

  private static Stream<Arguments> arguments(Map<Topic<? extends Event>, List<Event>> samples) {
    return samples.entrySet().stream()
        .flatMap(
            topic ->
                topic.getValue().stream()
                    .map(
                        event ->
                            Arguments.of(
                                CloudEventAttributes.type(event.getClass()),
                                topic.getKey(),
                                event)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void oldBytesReadAsTheEventTheyWere(String type, Topic<?> topic, Event event) throws IOException {
    assertThat(read(topic, golden(type))).isEqualTo(event);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("first")
  void bytesOfTheFirstVersionAreRead(String type, Topic<?> topic, Event event) throws IOException {
    assertThat(read(topic, golden(1, type))).isEqualTo(event);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void newBytesHoldWhatOldBytesHeld(String type, Topic<?> topic, Event event) throws IOException {
    assertThat(Json.MAPPER.readTree(write(topic, event)))
        .isEqualTo(Json.MAPPER.readTree(golden(type)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void anUnknownFieldIsIgnored(String type, Topic<?> topic, Event event) throws IOException {
    ObjectNode json = tree(type).put("ofTheFuture", 1);
    assertThat(read(topic, Json.MAPPER.writeValueAsBytes(json))).isEqualTo(event);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void everyFieldIsEitherOptionalOrMissedByName(String type, Topic<?> topic, Event event)
      throws IOException {
    Set<String> optional = optionalFields(event.getClass());
    List<String> fields = new ArrayList<>();
    tree(type).fieldNames().forEachRemaining(fields::add);
    fields.removeAll(List.of("schema", "type"));
    for (String field : fields) {
      for (ObjectNode json : List.of(tree(type).without(List.of(field)), nulled(type, field))) {
        byte[] bytes = Json.MAPPER.writeValueAsBytes(json);
        if (optional.contains(field)) {
          assertThat(read(topic, bytes)).isNotNull();
        } else {
          assertThatThrownBy(() -> read(topic, bytes))
              .isInstanceOf(SerializationException.class)
              .hasMessageContaining(topic.name())
              .hasMessageContaining(field);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void aNewerSchemaIsRefusedWithTheRemedy(String type, Topic<?> topic, Event event)
      throws IOException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(tree(type).put("schema", 3));
    assertThatThrownBy(() -> read(topic, bytes))
        .isInstanceOf(NewerSchemaException.class)
        .hasMessageContaining("upgrade");
  }

  private static Set<String> optionalFields(Class<?> event) {
    return Stream.of(event.getRecordComponents())
        .filter(component -> component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(java.lang.reflect.RecordComponent::getName)
        .collect(java.util.stream.Collectors.toSet());
  }

  private static ObjectNode nulled(String type, String field) throws IOException {
    return tree(type).putNull(field);
  }

  private static ObjectNode tree(String type) throws IOException {
    return (ObjectNode) Json.MAPPER.readTree(golden(type));
  }

  private static byte[] golden(String type) throws IOException {
    return golden(2, type);
  }

  private static byte[] golden(int version, String type) throws IOException {
    String name = "/golden/" + version + "/" + type + ".json";
    try (InputStream file = GoldenFilesTest.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IOException("no " + name + ": a new event needs its golden file");
      }
      return file.readAllBytes();
    }
  }

  private static @Nullable Object read(Topic<?> topic, byte[] bytes) {
    return topic.value(new ConsumerRecord<>(topic.name(), 0, 0, new byte[0], bytes));
  }

  @SuppressWarnings("unchecked") // Samples pairs each event with the topic that carries it
  private static byte[] write(Topic<?> topic, Event event) {
    return ((Topic<Event>) topic).record("key", event).value();
  }
}
