package dev.ordem.detail.ledger.decision;

import static dev.ordem.detail.ledger.Given.at;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Fingerprint;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedTest {
  private static final long DAY = Duration.ofHours(24).toSeconds();
  private static final Header OPEN = Given.header(1, 0);
  private static final Header FINAL = Given.header(1, 3);

  @ParameterizedTest
  @CsvSource({
    "FULL,BACKFILL",
    "RECONCILE,BACKFILL",
    "PERIOD,BACKFILL",
    "INCREMENTAL,HOT",
    "AUTO,HOT"
  })
  void anOrderNeverReadIsNeeded(Mode mode, Lane lane) {
    Standing order = standing(OPEN, at(0), null, null);
    assertThat(Need.of(order, () -> new Content(OPEN, null), mode, LedgerRules.DEFAULT))
        .contains(lane);
  }

  @Test
  void anUnchangedOrderWithAFreshDetailIsNotNeeded() {
    assertThat(need(OPEN, OPEN, at(20), at(10))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,true", "1,true", "2,true", "5,true", "6,true", "3,false", "4,false", "7,false"})
  void aDetailAgesWhileTheOrderIsOpen(int situacao, boolean needed) {
    Header header = Given.header(1, situacao);
    assertThat(need(header, header, at(10 + DAY), at(10)).isPresent()).isEqualTo(needed);
    assertThat(need(header, header, at(9 + DAY), at(10))).isEmpty();
  }

  @Test
  void aStatusThatTinyHasNotDocumentedIsOpen() {
    Header unknown = Given.header(1, 99);
    assertThat(need(unknown, unknown, at(10 + DAY), at(10))).contains(Lane.BACKFILL);
  }

  @Test
  void reachingAFinalStatusIsUrgent() {
    assertThat(need(FINAL, OPEN, at(20), at(10))).contains(Lane.HOT);
  }

  @Test
  void eachFieldThatHintsAtMoreIsUrgent() {
    for (Header changed :
        List.of(
            like(OPEN, 1, OPEN.data(), OPEN.dataPrevista(), "1042", null),
            like(OPEN, 0, LocalDate.of(2026, 2, 2), OPEN.dataPrevista(), "1042", null),
            like(OPEN, 0, OPEN.data(), LocalDateTime.of(2026, 2, 2, 0, 0), "1042", null),
            like(OPEN, 0, OPEN.data(), OPEN.dataPrevista(), "1043", null),
            like(OPEN, 0, OPEN.data(), null, "1042", null),
            like(OPEN, 0, OPEN.data(), OPEN.dataPrevista(), "1042", new BigDecimal("7.5")))) {
      assertThat(need(changed, OPEN, at(20), at(10))).as("%s", changed).contains(Lane.HOT);
    }
  }

  @Test
  void whatTheHeaderCarriesWholeNeedsNoCall() {
    assertThat(need(Given.header(1, 0, "Outro nome"), OPEN, at(20), at(10))).isEmpty();
  }

  @Test
  void aHeaderOlderThanTheDetailSaysNothingNew() {
    assertThat(need(FINAL, OPEN, at(5), at(10))).isEmpty();
  }

  @Test
  void aHeaderThatShowsWhatTheDetailDoesSaysNothingNew() {
    Standing order = standing(FINAL, at(20), at(10), Fingerprint.of(OPEN));
    Content content = new Content(FINAL, Given.detail(1, 3, "Notebook"));
    assertThat(Need.of(order, () -> content, Mode.INCREMENTAL, LedgerRules.DEFAULT)).isEmpty();
  }

  @Test
  void anOrderThatNoListShowedIsNotNeeded() {
    assertThat(Need.of(Standing.NONE, () -> Content.NONE, Mode.FULL, LedgerRules.DEFAULT))
        .isEmpty();
  }

  @Test
  void aListThatShowsDaysOnlyAgreesWithADetailThatShowsTheTime() {
    Detail detail = Given.detail(1, 0, "Notebook");
    LocalDateTime day = LocalDate.of(2026, 1, 9).atStartOfDay();
    assertThat(Fingerprint.agrees(like(OPEN, 0, OPEN.data(), day, "1042", null), detail, null))
        .isTrue();
    assertThat(
            Fingerprint.agrees(
                like(OPEN, 0, OPEN.data(), day.plusHours(9), "1042", null), detail, null))
        .isFalse();
  }

  /** The detail, read at {@code fetchedAt}, covered another header than the one seen now. */
  private static Optional<Lane> need(
      Header header, Header covered, Instant seenAt, Instant fetchedAt) {
    Standing order = standing(header, seenAt, fetchedAt, Fingerprint.of(covered));
    Content content =
        new Content(header, Given.detail(1, requireNonNull(covered.situacao()), "Notebook"));
    return Need.of(order, () -> content, Mode.INCREMENTAL, LedgerRules.DEFAULT);
  }

  private static Standing standing(
      Header header, Instant seenAt, @Nullable Instant readAt, @Nullable String covered) {
    Observation seen = Observation.at(seenAt);
    return new Standing(
        new ObservedStatus(requireNonNull(header.situacao()), seen, 1),
        new Listing(seen, Fingerprint.of(header), 1, false),
        readAt == null ? null : new DetailRead(Observation.at(readAt), covered),
        new PublishedOrder(1, null, 1, 1),
        null,
        List.of(),
        0,
        Task.Settled.NONE);
  }

  private static Header like(
      Header header,
      int situacao,
      @Nullable LocalDate data,
      @Nullable LocalDateTime prevista,
      String numero,
      @Nullable BigDecimal valor) {
    return new Header(
        header.id(),
        situacao,
        data,
        prevista,
        valor,
        numero,
        header.clienteId(),
        header.clienteNome(),
        header.marcadores(),
        header.raw());
  }
}
