package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service order as its detail shows it. Null: {@link #absent}, empty, a zero date or a value that
 * cannot be read (which the drift counter tells).
 *
 * @param id Tiny's id, positive
 * @param situacao 0 to 7, or a code that is not known; null: not said, or no code
 * @param data day of emission
 * @param dataPrevista when it is promised, local time of the account
 * @param dataConclusao day it was finished, often absent even on finished orders
 * @param numeroOrdemServico the number that people use
 * @param contatoId id of the customer
 * @param contatoNome name of the customer
 * @param tecnico the technician, free text
 * @param equipamento the equipment, free text
 * @param equipamentoSerie its serial number; an absent one must not erase a stored one
 * @param totalServicos sum of the services
 * @param totalPecas sum of the parts
 * @param totalOrdemServico sum of the order
 * @param raw the body as received; not to be changed
 */
public record OrderDetail(
    long id,
    @Nullable Integer situacao,
    @Nullable LocalDate data,
    @Nullable LocalDateTime dataPrevista,
    @Nullable LocalDate dataConclusao,
    @Nullable String numeroOrdemServico,
    @Nullable Long contatoId,
    @Nullable String contatoNome,
    @Nullable String tecnico,
    @Nullable String equipamento,
    @Nullable String equipamentoSerie,
    @Nullable BigDecimal totalServicos,
    @Nullable BigDecimal totalPecas,
    @Nullable BigDecimal totalOrdemServico,
    JsonNode raw) {
  /** Names of the fields that Tiny sends with every detail, and did not with this one. */
  public static Set<String> absent(JsonNode raw) {
    return ExpectedFields.DETAIL.missing(raw);
  }
}
