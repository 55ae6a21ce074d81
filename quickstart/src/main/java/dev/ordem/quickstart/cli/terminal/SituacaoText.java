package dev.ordem.quickstart.cli.terminal;

import dev.ordem.contract.Situacao;
import java.util.Locale;

/** Tiny's status of an order as people read it. */
public final class SituacaoText {
  private SituacaoText() {}

  /** Code and name: {@code 3 finalizada}. */
  public static String of(int code) {
    return code
        + " "
        + Situacao.of(code)
            .map(known -> known.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .orElse("unknown status");
  }
}
