package dev.ordem.detail.ledger;

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
final class Fingerprint {
  private Fingerprint() {}

  static String of(Header header) {
    BigDecimal valor = header.valor();
    return String.join(
        "|",
        Objects.toString(header.situacao(), ""),
        Objects.toString(header.data(), ""),
        Objects.toString(header.dataPrevista(), ""),
        Objects.toString(header.numeroOrdemServico(), ""),
        valor == null || valor.signum() == 0 ? "" : valor.stripTrailingZeros().toPlainString());
  }

  /** Whether the detail shows all that the header does, so that it has nothing to hint at. */
  static boolean agrees(Header header, Detail detail) {
    return sameStatus(header.situacao(), detail.situacao())
        && Objects.equals(header.data(), detail.data())
        && Objects.equals(header.numeroOrdemServico(), detail.numeroOrdemServico())
        && sameTime(header.dataPrevista(), detail.dataPrevista());
  }

  private static boolean sameStatus(@Nullable Integer header, @Nullable Integer detail) {
    return header == null || detail == null || header.equals(detail);
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
