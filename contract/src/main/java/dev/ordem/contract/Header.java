package dev.ordem.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as Tiny's list shows it, read leniently: what Tiny writes as an empty string or a zero
 * date is null here.
 *
 * @param situacao Tiny's status code, one of {@link Situacao} or one that is not known; null where
 *     Tiny left it out or sent what is no code
 * @param data emission date, in São Paulo
 * @param dataPrevista promised for, in São Paulo
 * @param valor only ever null or 0: never the order's total
 * @param clienteId Tiny's id of the contact
 * @param marcadores the markers' descriptions; only the list carries them
 * @param raw the item as received
 */
public record Header(
    long id,
    @Nullable Integer situacao,
    @Nullable LocalDate data,
    @Nullable LocalDateTime dataPrevista,
    @Nullable BigDecimal valor,
    @Nullable String numeroOrdemServico,
    @Nullable Long clienteId,
    @Nullable String clienteNome,
    List<String> marcadores,
    JsonNode raw) {
  /** Copies the list. */
  public Header {
    marcadores = List.copyOf(marcadores);
  }
}
