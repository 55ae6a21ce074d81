package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order as known now: header and detail merged. A tombstone follows when it is removed.
 *
 * @param revision grows with every change of the order; of two, the greater is the newer
 * @param situacao Tiny's code as told last: one of {@link Situacao}, one that is not known, or
 *     {@link Situacao#NOT_TOLD}
 * @param payload the detail as received, with what only the list carries ({@code marcadores}) put
 *     in; the list's item while no detail was read
 * @param detailsSynced whether a detail was ever read
 * @param headerSeenAt when the list last showed it; null if only its detail was read
 * @param detailFetchedAt when its detail was last read
 * @param runId the run that brought this change; null when a person asked
 */
public record EnrichedOrder(
    String account,
    long osId,
    long revision,
    int situacao,
    @Nullable String numero,
    @Nullable LocalDate data,
    @Nullable LocalDateTime dataPrevista,
    @Nullable LocalDate dataConclusao,
    @Nullable Long clienteId,
    @Nullable String clienteNome,
    @Nullable String tecnico,
    @Nullable String equipamento,
    @Nullable String equipamentoSerie,
    @Nullable BigDecimal totalServicos,
    @Nullable BigDecimal totalPecas,
    @Nullable BigDecimal total,
    List<String> marcadores,
    JsonNode payload,
    boolean detailsSynced,
    @Nullable Instant headerSeenAt,
    @Nullable Instant detailFetchedAt,
    @Nullable UUID runId,
    Instant updatedAt)
    implements OrderEvent {
  /** Copies the list. */
  public EnrichedOrder {
    marcadores = List.copyOf(marcadores);
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return updatedAt;
  }
}
