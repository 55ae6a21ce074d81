package dev.ordem.detail.ledger.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Lane;
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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** The short way writes and reads what Jackson does, or leaves it to Jackson. */
class StandingFormTest {
  private static final long FIRST = -62_167_219_200L - 100_000;
  private static final long LAST = 253_402_300_800L + 100_000;

  @Property
  void itIsTheFormOfJackson(
      @ForAll long number,
      @ForAll int situacao,
      @ForAll @LongRange(min = FIRST, max = LAST) long second,
      @ForAll String text,
      @ForAll @Size(max = 3) List<Long> numbers,
      @ForAll Lane lane,
      @ForAll boolean flag)
      throws IOException {
    List<UUID> runs = numbers.stream().map(each -> new UUID(each, number)).toList();
    int nano = (int) Math.floorMod(number, 1_000_000_000L);
    for (Instant at : times(second, nano)) {
      UUID run = runs.isEmpty() ? null : runs.get(0);
      Standing order = standing(number, situacao, at, text, runs);
      same(order, new Task.Settled(at, new FetchReason(lane, run, flag, !flag)), false);
      Standing usual = standing(number, situacao, at, "3|2026-01-02||" + number + "|", runs);
      same(usual, new Task.Settled(at, new FetchReason(lane, run, flag, !flag)), true);
    }
  }

  /** Fractions are written with none, three, six or nine digits. */
  private static List<Instant> times(long second, int nano) {
    return List.of(
        Instant.ofEpochSecond(second),
        Instant.ofEpochSecond(second, nano),
        Instant.ofEpochSecond(second, nano - nano % 1_000),
        Instant.ofEpochSecond(second, nano - nano % 1_000_000));
  }

  private static Standing standing(
      long number, int situacao, Instant at, String text, List<UUID> runs) {
    Observation seen = new Observation(at, at.plusNanos(1));
    return new Standing(
        new ObservedStatus(situacao, seen, number),
        new Listing(seen, text, number, situacao > 0),
        new DetailRead(seen, "?" + text),
        new PublishedOrder(number, null, number, ~number),
        null,
        runs.stream().map(run -> new CountedBy(run, number)).toList(),
        number,
        Task.Settled.NONE);
  }

  private static void same(Standing but, Task task, boolean usual) throws IOException {
    Standing order =
        new Standing(
            but.status(),
            but.listing(),
            but.read(),
            but.told(),
            null,
            but.countedBy(),
            but.round(),
            task);
    byte[] bytes = StandingForm.write(StateSerde.VERSION, order);
    String json = StateSerde.MAPPER.writeValueAsString(order);
    assertThat(bytes != null || !usual).isTrue();
    if (bytes != null) {
      assertThat(new String(bytes, UTF_8)).isEqualTo("\u0001" + json);
    }
    @Nullable Standing read = StandingForm.read(("\u0001" + json).getBytes(UTF_8), 1);
    if (read != null) {
      assertThat(read).isEqualTo(order);
    }
    if (usual && but.read() != null && but.read().at().asked().getEpochSecond() > 0) {
      boolean fourDigits =
          but.read().at().answered().isBefore(Instant.parse("9999-12-31T23:59:59Z"));
      assertThat(read != null || !fourDigits).isTrue();
    }
    assertThat(StateSerde.MAPPER.readValue(json, Standing.class)).isEqualTo(order);
  }

  @Example
  void whatIsBrokenIsLeftToJackson() {
    Instant at = Instant.parse("2026-03-01T12:00:00Z");
    byte[] whole =
        StandingForm.write(
            StateSerde.VERSION, standing(7, 3, at, "3||||", List.of(new UUID(1, 2))));
    assertThat(whole).isNotNull();
    for (int length = 1; whole != null && length < whole.length; length++) {
      assertThat(StandingForm.read(java.util.Arrays.copyOf(whole, length), 1)).isNull();
    }
  }
}
