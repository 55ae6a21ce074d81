package dev.ordem.detail.ledger.order;

import dev.ordem.contract.Situacao;

/**
 * The status as observed last.
 *
 * @param situacao Tiny's code
 * @param last between which moments it was last seen to be so
 * @param sequence of the last transition; the first observation is 1
 */
public record ObservedStatus(int situacao, Observation last, long sequence) {
  /** Whether it is not final, as far as is known. */
  public boolean open() {
    return Situacao.isOpen(situacao);
  }
}
