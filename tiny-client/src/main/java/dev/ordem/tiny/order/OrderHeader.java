package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service order as the list shows it. Null: {@link #absent}, empty, a zero date or a value that
 * cannot be read (which the drift counter tells).
 *
 * @param id Tiny's id, positive
 * @param situacao 0 to 7, or a code that is not known; null: not said, or no code
 * @param data day of emission, which may be back-dated
 * @param dataPrevista when it is promised, local time of the account
 * @param valor as the list has it, which is never the total
 * @param numeroOrdemServico the number that people use
 * @param clienteId id of the customer
 * @param clienteNome name of the customer
 * @param marcadores descriptions of the markers, which only the list carries
 * @param raw the item as received; not to be changed
 */
public record OrderHeader(
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
  public OrderHeader {
    marcadores = List.copyOf(marcadores);
  }

  /** Names of the fields that Tiny sends with every item of a list, and did not with this one. */
  public static Set<String> absent(JsonNode raw) {
    return ExpectedFields.HEADER.missing(raw);
  }
}
