package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MutationsTest {
  private static final String DETAIL =
      "{\"id\":7,\"situacao\":\"3\",\"contato\":{\"id\":1,\"nome\":\"Pão\"},\"marcadores\":[]}";
  private static final Set<Long> ORDERS =
      LongStream.range(0, 2_000).boxed().collect(Collectors.toSet());

  @Test
  void whatBefallsAnOrderForEverIsAlwaysTheSame() throws Exception {
    Mutations one = new Mutations(5, ORDERS);
    Mutations other = new Mutations(5, ORDERS);
    for (long order : ORDERS) {
      byte[] first = sent(one, order);
      byte[] second = sent(other, order);
      if (one.count(MutationKind.ACCOUNT) + other.count(MutationKind.ACCOUNT) > 0) {
        return; // which is drawn for each answer, not for an order
      }
      assertThat(second).isEqualTo(first);
      if (one.fate(order).life() == Fate.Life.FOR_EVER) {
        assertThat(sent(one, order)).isEqualTo(first);
      }
    }
  }

  @Test
  void onceStoppedEveryAnswerIsTheApis() throws Exception {
    Mutations mutations = new Mutations(5, ORDERS);
    byte[] good = bytes(Wire.well(answer()));
    mutations.stop();
    for (long order : ORDERS) {
      assertThat(sent(mutations, order)).isEqualTo(good);
    }
    assertThat(mutations.mutated()).isZero();
  }

  @ParameterizedTest
  @EnumSource(MutationKind.class)
  void everyKindSaysSomethingElse(MutationKind kind) throws Exception {
    byte[] good = bytes(Wire.well(answer()));
    Random random = new Random(3);
    boolean other = kind == MutationKind.ENVELOPE || kind == MutationKind.DRIP;
    for (int i = 0; i < 50 && !other; i++) {
      other = !java.util.Arrays.equals(good, bytes(spoilt(kind, random)));
    }
    assertThat(other).isTrue();
  }

  private static Wire spoilt(MutationKind kind, Random random) {
    return switch (kind.level()) {
      case BYTES -> Wire.well(answer().withBody(ByteMutations.apply(kind, body(), random)));
      case JSON -> Wire.well(answer().withBody(JsonMutations.apply(kind, body(), random)));
      case HTTP, ACCOUNT -> HttpMutations.apply(kind, answer(), random);
      case ENVELOPE -> throw new IllegalArgumentException("of pages only");
    };
  }

  private static byte[] body() {
    return DETAIL.getBytes(UTF_8);
  }

  private static WireAnswer answer() {
    return new WireAnswer(
        200, List.of(new WireAnswer.Header("Content-Type", "text/plain")), body());
  }

  private static byte[] sent(Mutations mutations, long order) throws Exception {
    return bytes(mutations.of("/public-api/v3/ordem-servico/" + order, answer()));
  }

  private static byte[] bytes(Wire wire) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    wire.parts().forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }
}
