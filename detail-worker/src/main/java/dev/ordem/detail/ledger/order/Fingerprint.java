package dev.ordem.detail.ledger.order;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a header that hint at changes in what only the detail shows. {@code cliente} and
 * {@code marcadores} are not among them: the header carries them whole, so they need no call.
 */
public final class Fingerprint {
  private Fingerprint() {}

  public static String of(Header header) {
    return String.join(
        "|",
        Objects.toString(header.situacao(), ""),
        Objects.toString(header.data(), ""),
        Objects.toString(header.dataPrevista(), ""),
        Objects.toString(header.numeroOrdemServico(), ""),
        valor(header));
  }

  /**
   * Whether the detail shows all that the header does, so that it has nothing to hint at. No detail
   * shows {@code valor}, and some no status: these are compared with those of the header that the
   * detail covers.
   *
   * @param covered null if the detail covers none
   */
  public static boolean agrees(Header header, Detail detail, @Nullable String covered) {
    return sameStatus(header.situacao(), detail.situacao(), covered)
        && Objects.equals(header.data(), detail.data())
        && Objects.equals(header.numeroOrdemServico(), detail.numeroOrdemServico())
        && sameTime(header.dataPrevista(), detail.dataPrevista())
        && (covered == null || covered.endsWith("|" + valor(header)));
  }

  /** Of all that it says, to know it again; never 0. */
  public static long digest(Header header) {
    return HeaderDigest.of(header);
  }

  /** Whether both say the same, by what is read of them. */
  public static boolean same(Header one, @Nullable Header other) {
    return other != null && withoutRaw(one).equals(withoutRaw(other));
  }

  private static Header withoutRaw(Header header) {
    return new Header(
        header.id(),
        header.situacao(),
        header.data(),
        header.dataPrevista(),
        header.valor(),
        header.numeroOrdemServico(),
        header.clienteId(),
        header.clienteNome(),
        header.marcadores(),
        NullNode.getInstance());
  }

  private static String valor(Header header) {
    BigDecimal valor = header.valor();
    return valor == null || valor.signum() == 0 ? "" : valor.stripTrailingZeros().toPlainString();
  }

  private static boolean sameStatus(
      @Nullable Integer header, @Nullable Integer detail, @Nullable String covered) {
    if (header == null || header.equals(detail)) {
      return true;
    }
    return detail == null
        && covered != null
        && (covered.startsWith(header + "|")
            || covered.startsWith(DetailRead.UNSURE + header + "|"));
  }

  /** A list that shows days only is not taken for one that shows midnight. */
  private static boolean sameTime(@Nullable LocalDateTime header, @Nullable LocalDateTime detail) {
    if (header == null || detail == null) {
      return header == null && detail == null;
    }
    return header.equals(detail)
        || (header.toLocalTime().equals(LocalTime.MIDNIGHT)
            && header.toLocalDate().equals(detail.toLocalDate()));
  }
}
