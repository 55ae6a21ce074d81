package dev.ordem.detail.ledger.store;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.CountedBy;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is in stores and changelogs is read by each later version, byte for byte as it was. */
class StoredStateTest {
  private static final FetchReason HOT = new FetchReason(Lane.HOT, RUN, false, false);
  private static final Task.Attempts FAILED = new Task.Attempts(2, Given.OUTAGE);

  private static final Map<String, Object> STORED =
      Map.ofEntries(
          Map.entry("content", new Content(Given.header(1, 3), Given.detail(1, 3, "Notebook"))),
          Map.entry(
              "standing-settled",
              standing(
                  new Task.Settled(at(1), new FetchReason(Lane.BACKFILL, null, false, false)))),
          Map.entry("standing-queued", standing(new Task.Queued(at(1), HOT, FAILED))),
          Map.entry(
              "standing-requested",
              standing(
                  new Task.Requested(
                      at(1),
                      HOT,
                      new Task.Attempts(0, null),
                      new Task.Out(new UUID(1, 2), "3||||", at(900)),
                      new Task.Again(at(2), at(3))))),
          Map.entry("standing-retrying", standing(new Task.Retrying(at(1), HOT, FAILED, at(9)))),
          Map.entry("standing-parked", standing(new Task.Parked(at(1), HOT, FAILED))),
          Map.entry("claim", new Claim(4, true)),
          Map.entry(
              "run",
              new Run(
                  RUN,
                  ACCOUNT,
                  new Run.Course(5, true, 4, 3, at(7), at(8)),
                  new Run.Sightings(new Run.SeenCounts(1, 2, 3), 4, 5, 6, null, null),
                  new Run.ClaimCounts(7, 8, 9, null),
                  new Run.Absences(10, 2, at(6)),
                  11L)),
          Map.entry(
              "account",
              new Account(
                  ACCOUNT,
                  Given.GENERATION,
                  12,
                  new Account.Totals(1, -2, 3, -4, 5),
                  Map.of(3, 1L),
                  new Account.Audits(6, 7),
                  at(10),
                  null)),
          Map.entry(
              "pending-marker",
              new PendingWork.OfMarker(
                  new HeaderEvent.PassOver(ACCOUNT, RUN, 5L, List.of(0, 6), at(1), at(2)),
                  "loja:b1",
                  3,
                  4)),
          Map.entry("pending-order", new PendingWork.OfOrder(Given.key(1), "o/loja:b1/x")));

  private static Standing standing(Task task) {
    return new Standing(
        new ObservedStatus(3, new Observation(at(0), at(1)), 4),
        new Listing(new Observation(at(0), at(1)), "3||||", 77, false),
        new DetailRead(new Observation(at(2), at(3)), "3||||"),
        new PublishedOrder(5, null, 4, -8),
        new Absence(at(1), 1, at(1), true),
        List.of(new CountedBy(RUN, 2)),
        6,
        task);
  }

  @TestFactory
  Stream<DynamicTest> eachStoredTypeIsReadAndWrittenAsItWas() {
    return STORED.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> same(entry.getKey(), entry.getValue())));
  }

  private static void same(String name, Object state) throws IOException {
    byte[] golden = golden(name);
    assertThat(golden[0]).isEqualTo((byte) 1);
    Serde<Object> serde = serde(state);
    assertThat(serde.deserializer().deserialize(name, golden)).isEqualTo(state);
    assertThat(new String(serde.serializer().serialize(name, state), StandardCharsets.UTF_8))
        .isEqualTo(new String(golden, StandardCharsets.UTF_8));
  }

  @Test
  void stateOfANewerVersionIsNotGuessedAt() {
    byte[] newer = StateSerde.of(Claim.class).serializer().serialize("claims", new Claim(1, true));
    newer[0] = StateSerde.VERSION + 1;
    assertThatThrownBy(() -> StateSerde.of(Claim.class).deserializer().deserialize("claims", newer))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("claims")
        .hasMessageContaining("run the newer Ordem");
  }

  @Test
  void fieldsThatALaterVersionAddsAreNoHindrance() {
    byte[] more =
        "\u0001{\"round\":4,\"parked\":true,\"colour\":\"red\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(StateSerde.of(Claim.class).deserializer().deserialize("claims", more))
        .isEqualTo(new Claim(4, true));
  }

  @SuppressWarnings("unchecked") // the type is the state's own, or the sealed one above it
  private static Serde<Object> serde(Object state) {
    Class<?> type = state instanceof PendingWork ? PendingWork.class : state.getClass();
    return (Serde<Object>) StateSerde.of(type);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream bytes =
        StoredStateTest.class.getResourceAsStream("stored/" + name + ".bytes")) {
      return requireNonNull(bytes, name).readAllBytes();
    }
  }
}
