package dev.ordem.detail.ledger.decision;

import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Detail;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Header;
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
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergeTest {
  private static final Header HEADER = Given.header(1, 2, "Nome na lista");
  private static final Detail DETAIL = Given.detail(1, 2, "Notebook");

  @Test
  void aHeaderAloneIsAnOrderWithoutDetails() {
    EnrichedOrder order = merged(HEADER, null, 2, at(0), null);
    assertThat(order.detailsSynced()).isFalse();
    assertThat(order.payload()).isEqualTo(HEADER.raw());
    assertThat(order.clienteNome()).isEqualTo("Nome na lista");
    assertThat(order.total()).isNull();
  }

  @Test
  void aDetailAloneIsAnOrder() {
    EnrichedOrder order = merged(null, DETAIL, 2, null, at(0));
    assertThat(order.detailsSynced()).isTrue();
    assertThat(order.headerSeenAt()).isNull();
    assertThat(order.marcadores()).isEmpty();
    assertThat(order.payload()).isEqualTo(DETAIL.raw());
  }

  @Test
  void markersComeFromTheHeaderAsTinyWritesThem() {
    EnrichedOrder order = merged(HEADER, DETAIL, 2, at(0), at(1));
    assertThat(order.marcadores()).containsExactly("urgente");
    assertThat(order.payload().path("marcadores")).isEqualTo(HEADER.raw().path("marcadores"));
    assertThat(order.payload().path("equipamento").asText()).isEqualTo("Notebook");
    assertThat(DETAIL.raw().has("marcadores")).as("what was read is not changed").isFalse();
  }

  @Test
  void theCustomerIsTheOneNamedLast() {
    assertThat(merged(HEADER, DETAIL, 2, at(2), at(1)).clienteNome()).isEqualTo("Nome na lista");
    assertThat(merged(HEADER, DETAIL, 2, at(0), at(1)).clienteNome())
        .isEqualTo(DETAIL.contatoNome());
  }

  @Test
  void theNewestCustomerIsWholeInThePayload() {
    assertThat(merged(HEADER, DETAIL, 2, at(2), at(1)).payload().path("contato"))
        .isEqualTo(HEADER.raw().path("cliente"));
    assertThat(merged(HEADER, DETAIL, 2, at(0), at(1)).payload().path("contato"))
        .isEqualTo(DETAIL.raw().path("contato"));
  }

  @Test
  void theStatusObservedLastIsInThePayloadAsTinyWritesIt() {
    EnrichedOrder order = merged(HEADER, DETAIL, 3, at(0), at(1));
    assertThat(order.situacao()).isEqualTo(3);
    assertThat(order.payload().path("situacao").isTextual()).isTrue();
    assertThat(order.payload().path("situacao").asText()).isEqualTo("3");
  }

  @Test
  void whatIsNoCodeStaysAsItWasReceived() {
    for (int none : new int[] {32_768, 65_536}) {
      EnrichedOrder order = merged(HEADER, Given.detail(1, none, "Notebook"), 3, at(0), at(1));
      assertThat(order.payload().path("situacao").asText()).isEqualTo(Integer.toString(none));
    }
  }

  @Test
  void aLaterHeaderThatChangedRulesUntilItsDetailIsThere() {
    Header renumbered =
        new Header(1, 2, HEADER.data(), null, null, "9", 77L, "x", List.of(), HEADER.raw());
    EnrichedOrder order = merged(renumbered, DETAIL, 2, at(2), at(1));
    assertThat(order.numero()).isEqualTo("9");
    assertThat(order.dataPrevista()).isNull();
    assertThat(merged(renumbered, DETAIL, 2, at(0), at(1)).numero()).isEqualTo("1042");
  }

  @Test
  void anotherSightingOrRunIsNoChangeAndAnotherReadingIs() {
    EnrichedOrder order = merged(HEADER, DETAIL, 2, at(0), at(5));
    assertThat(Merge.same(order, merged(HEADER, DETAIL, 2, at(1), at(5)))).isTrue();
    assertThat(Merge.same(order, merged(HEADER, DETAIL, 2, at(0), at(6)))).isFalse();
  }

  private static EnrichedOrder merged(
      @Nullable Header header,
      @Nullable Detail detail,
      int situacao,
      @Nullable Instant seenAt,
      @Nullable Instant fetchedAt) {
    Listing listing =
        header == null || seenAt == null
            ? null
            : new Listing(Observation.at(seenAt), Fingerprint.of(header), 1, false);
    DetailRead read =
        fetchedAt == null ? null : new DetailRead(Observation.at(fetchedAt), "another|");
    Standing standing =
        new Standing(
            new ObservedStatus(situacao, Observation.at(at(9)), 1),
            listing,
            read,
            new PublishedOrder(1, null, 1, 1),
            null,
            List.of(),
            0,
            Task.Settled.NONE);
    return Merge.of(Given.key(1), new Content(header, detail), standing, Given.RUN, at(9))
        .orElseThrow();
  }
}
