package dev.ordem.detail.ledger.decision;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.Situacao;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.OrderHeader;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a call does not say stands as it was known. The rule for headers and details, columns and
 * payload:
 *
 * <ul>
 *   <li>A field that Tiny always sends and that is <em>absent</em> says nothing: what was known of
 *       it is kept, and the client counts it as drift.
 *   <li>{@code null}, {@code ""} and a zero date say that there is nothing: Tiny writes all three
 *       for a field that a person emptied, so what was known goes.
 *   <li>Markers are none only as {@code []}: Tiny writes no other empty form of them.
 *   <li>A serial number is never taken back: Tiny answers {@code ""} whatever was entered.
 *   <li>A status that is not told, or is no code, is the last one that was.
 * </ul>
 *
 * Fields that Tiny was never seen to send are as the last call has them: whoever invents names
 * would else fill the order with them.
 */
final class KeptFields {
  private static final String SERIE = "equipamentoSerie";

  private KeptFields() {}

  /**
   * The header as it is to be kept.
   *
   * @param before null if none is known
   */
  static Header of(Header read, @Nullable Header before, @Nullable ObservedStatus known) {
    JsonNode said = read.raw().path("marcadores");
    boolean none = said.isArray() && said.isEmpty();
    boolean unsaid = !none && read.marcadores().isEmpty();
    boolean markers = unsaid && before != null && !before.marcadores().isEmpty();
    Integer situacao =
        read.situacao() != null || known == null || known.situacao() == Situacao.NOT_TOLD
            ? read.situacao()
            : Integer.valueOf(known.situacao());
    Absent<Header> absent =
        new Absent<>(before, before == null ? Set.of() : OrderHeader.absent(read.raw()));
    return new Header(
        read.id(),
        situacao,
        absent.or(read.data(), "data", Header::data),
        absent.or(read.dataPrevista(), "dataPrevista", Header::dataPrevista),
        absent.or(read.valor(), "valor", Header::valor),
        absent.or(read.numeroOrdemServico(), "numeroOrdemServico", Header::numeroOrdemServico),
        absent.or(read.clienteId(), "cliente", Header::clienteId),
        absent.or(read.clienteNome(), "cliente", Header::clienteNome),
        markers ? requireNonNull(before).marcadores() : read.marcadores(),
        before == null ? read.raw() : absent.in(read.raw(), before.raw()));
  }

  /**
   * The detail as it is to be kept.
   *
   * @param before null if none is known
   */
  static Detail of(Detail read, @Nullable Detail before) {
    if (before == null) {
      return read;
    }
    Absent<Detail> absent = new Absent<>(before, OrderDetail.absent(read.raw()));
    String serie = read.equipamentoSerie();
    JsonNode raw = absent.in(read.raw(), before.raw());
    if (serie == null && before.equipamentoSerie() != null) {
      serie = before.equipamentoSerie();
      raw = raw instanceof ObjectNode object ? object.deepCopy().put(SERIE, serie) : raw;
    }
    return new Detail(
        read.id(),
        read.situacao(),
        absent.or(read.data(), "data", Detail::data),
        absent.or(read.dataPrevista(), "dataPrevista", Detail::dataPrevista),
        absent.or(read.dataConclusao(), "dataConclusao", Detail::dataConclusao),
        absent.or(read.numeroOrdemServico(), "numeroOrdemServico", Detail::numeroOrdemServico),
        absent.or(read.contatoId(), "contato", Detail::contatoId),
        absent.or(read.contatoNome(), "contato", Detail::contatoNome),
        absent.or(read.tecnico(), "tecnico", Detail::tecnico),
        absent.or(read.equipamento(), "equipamento", Detail::equipamento),
        serie,
        absent.or(read.totalServicos(), "totalServicos", Detail::totalServicos),
        absent.or(read.totalPecas(), "totalPecas", Detail::totalPecas),
        absent.or(read.totalOrdemServico(), "totalOrdemServico", Detail::totalOrdemServico),
        raw);
  }

  /**
   * Fields of which a call says nothing.
   *
   * @param before null if nothing is known of them
   */
  private record Absent<T>(@Nullable T before, Set<String> names) {
    <V> @Nullable V or(@Nullable V said, String name, Function<T, @Nullable V> known) {
      return said == null && before != null && names.contains(name) ? known.apply(before) : said;
    }

    /** The object as received, with what it leaves out. */
    JsonNode in(JsonNode raw, JsonNode known) {
      if (!(raw instanceof ObjectNode object) || names.stream().noneMatch(known::has)) {
        return raw;
      }
      ObjectNode whole = object.deepCopy();
      names.stream().filter(known::has).forEach(name -> whole.set(name, known.get(name)));
      return whole;
    }
  }
}
