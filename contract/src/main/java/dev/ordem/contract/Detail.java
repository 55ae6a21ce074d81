package dev.ordem.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * An order as Tiny's detail call shows it, read leniently: what Tiny writes as an empty string or a
 * zero date is null here.
 *
 * @param situacao Tiny's status code, one of {@link Situacao} or one that is not known; null where
 *     Tiny left it out or sent what is no code
 * @param data emission date, in São Paulo
 * @param dataPrevista promised for, in São Paulo
 * @param dataConclusao finished on; Tiny leaves it empty on many finished orders
 * @param contatoId Tiny's id of the contact, called {@code cliente} in the list
 * @param equipamentoSerie often empty though a value was entered: an empty one erases nothing
 * @param totalServicos in BRL, as are the other totals
 * @param raw the object as received
 */
public record Detail(
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
    JsonNode raw) {}
