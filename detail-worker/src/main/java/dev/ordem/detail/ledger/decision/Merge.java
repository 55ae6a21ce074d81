package dev.ordem.detail.ledger.decision;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Header;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Situacao;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Fingerprint;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.Standing;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Header and detail as one order.
 *
 * <ul>
 *   <li>The status is the one observed last, by whichever call.
 *   <li>{@code cliente} is what the call that answered last says, if it names one; the payload
 *       carries it whole, as {@code contato}, so that a new telephone number costs no call.
 *   <li>{@code data}, {@code dataPrevista} and the number are the detail's, which shows them
 *       exactly, unless a later header shows that they changed; then the header's, until the detail
 *       that this sets in motion is there.
 *   <li>Markers are the header's: the detail has none.
 *   <li>All else is the detail's.
 * </ul>
 *
 * What neither says stands as it was known: {@link KeptFields}.
 */
final class Merge {
  private static final Pattern CODE = Pattern.compile("[0-9]{1,5}");

  private Merge() {}

  /** Empty while neither call showed the order. */
  static Optional<EnrichedOrder> of(
      OrderKey key, Content content, Standing standing, @Nullable UUID runId, Instant now) {
    Header header = content.header();
    Detail detail = content.detail();
    ObservedStatus status = standing.status();
    if (status == null || (header == null && detail == null)) {
      return Optional.empty();
    }
    View own = own(header, detail, standing);
    View customer = customer(header, detail, standing);
    return Optional.of(
        new EnrichedOrder(
            key.account(),
            key.osId(),
            standing.told().revision(),
            status.situacao(),
            own.numero,
            own.data,
            own.prevista,
            detail == null ? null : detail.dataConclusao(),
            customer.clienteId,
            customer.clienteNome,
            detail == null ? null : detail.tecnico(),
            detail == null ? null : detail.equipamento(),
            detail == null ? null : detail.equipamentoSerie(),
            detail == null ? null : detail.totalServicos(),
            detail == null ? null : detail.totalPecas(),
            detail == null ? null : detail.totalOrdemServico(),
            header == null ? List.of() : header.marcadores(),
            payload(header, detail, status, fromHeader(header, detail, standing)),
            detail != null,
            standing.listing() == null ? null : standing.listing().at().known(),
            standing.read() == null ? null : standing.read().at().known(),
            runId,
            now));
  }

  /** Whether both say the same about the order itself, whenever and by whomever it was read. */
  static boolean same(EnrichedOrder one, EnrichedOrder other) {
    return core(one).equals(core(other));
  }

  private static EnrichedOrder core(EnrichedOrder order) {
    return new EnrichedOrder(
        order.account(),
        order.osId(),
        0,
        order.situacao(),
        order.numero(),
        order.data(),
        order.dataPrevista(),
        order.dataConclusao(),
        order.clienteId(),
        order.clienteNome(),
        order.tecnico(),
        order.equipamento(),
        order.equipamentoSerie(),
        order.totalServicos(),
        order.totalPecas(),
        order.total(),
        order.marcadores(),
        order.payload(),
        order.detailsSynced(),
        null,
        order.detailFetchedAt(),
        null,
        Instant.EPOCH);
  }

  private static View own(@Nullable Header header, @Nullable Detail detail, Standing standing) {
    if (header == null || detail == null || standing.listing() == null || standing.read() == null) {
      return View.of(header, detail);
    }
    Listing listing = requireNonNull(standing.listing());
    DetailRead read = requireNonNull(standing.read());
    boolean changed =
        headerIsLater(standing)
            && !listing.fingerprint().equals(read.covered())
            && !Fingerprint.agrees(header, detail, read.covered());
    return changed ? View.of(header) : View.of(detail);
  }

  private static View customer(
      @Nullable Header header, @Nullable Detail detail, Standing standing) {
    if (header == null || detail == null) {
      return View.of(header, detail);
    }
    return fromHeader(header, detail, standing) ? View.of(header) : View.of(detail);
  }

  /** Whether the header's customer is newer than the detail's, or the only one. */
  private static boolean fromHeader(
      @Nullable Header header, @Nullable Detail detail, Standing standing) {
    return header != null
        && detail != null
        && ((header.clienteNome() != null && headerIsLater(standing))
            || detail.contatoNome() == null);
  }

  private static boolean headerIsLater(Standing standing) {
    Listing listing = standing.listing();
    DetailRead read = standing.read();
    return listing != null && (read == null || listing.at().answered().isAfter(read.at().asked()));
  }

  /** Tiny's own representation, so that whoever reads it needs to know Tiny only. */
  private static JsonNode payload(
      @Nullable Header header, @Nullable Detail detail, ObservedStatus status, boolean customer) {
    JsonNode raw = detail != null ? detail.raw() : requireNonNull(header).raw();
    if (!(raw instanceof ObjectNode object)) {
      return raw;
    }
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.setAll(object);
    if (header != null) {
      payload.set("marcadores", markers(header));
      JsonNode cliente = header.raw().path("cliente");
      if (customer && cliente.isObject()) {
        payload.set("contato", cliente);
      }
    }
    String situacao = Integer.toString(status.situacao());
    JsonNode shown = payload.path("situacao");
    boolean known = status.situacao() != Situacao.NOT_TOLD && isCodeOrAbsent(shown);
    if (known && !shown.asText().equals(situacao)) {
      payload.put("situacao", situacao);
    }
    return payload;
  }

  /** What is no code of a status is kept as it was received, for people to see. */
  private static boolean isCodeOrAbsent(JsonNode situacao) {
    return situacao.isMissingNode()
        || situacao.isNull()
        || (situacao.isValueNode() && isCode(situacao.asText().strip()));
  }

  private static boolean isCode(String text) {
    return text.isEmpty()
        || (CODE.matcher(text).matches() && Integer.parseInt(text) <= Short.MAX_VALUE);
  }

  private static JsonNode markers(Header header) {
    JsonNode raw = header.raw().path("marcadores");
    if (raw.isArray()) {
      return raw;
    }
    ArrayNode markers = JsonNodeFactory.instance.arrayNode();
    header.marcadores().forEach(text -> markers.addObject().put("descricao", text));
    return markers;
  }

  /** What both calls show. */
  private record View(
      @Nullable String numero,
      @Nullable LocalDate data,
      @Nullable LocalDateTime prevista,
      @Nullable Long clienteId,
      @Nullable String clienteNome) {
    /** Of the one that there is. */
    static View of(@Nullable Header header, @Nullable Detail detail) {
      return detail == null ? of(requireNonNull(header)) : of(detail);
    }

    static View of(Header header) {
      return new View(
          header.numeroOrdemServico(),
          header.data(),
          header.dataPrevista(),
          header.clienteId(),
          header.clienteNome());
    }

    static View of(Detail detail) {
      return new View(
          detail.numeroOrdemServico(),
          detail.data(),
          detail.dataPrevista(),
          detail.contatoId(),
          detail.contatoNome());
    }
  }
}
