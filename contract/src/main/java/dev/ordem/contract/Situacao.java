package dev.ordem.contract;

import java.util.Optional;

/** Tiny's status of a service order. The code is what the API sends and Postgres holds. */
public enum Situacao {
  EM_ABERTO(0, "Em Aberto", false),
  ORCADA(1, "Orçada", false),
  SERVICO_CONCLUIDO(2, "Serviço Concluído", false),
  FINALIZADA(3, "Finalizada", true),
  NAO_APROVADA(4, "Não Aprovada", true),
  APROVADA(5, "Aprovada", false),
  EM_ANDAMENTO(6, "Em Andamento", false),
  CANCELADA(7, "Cancelada", true);

  /**
   * The code of an order whose status is not known, as neither the list nor its detail says one. A
   * code that Tiny had not documented is none of these: it is kept as it is.
   */
  public static final int NOT_TOLD = -1;

  private final int code;
  private final String descricao;
  private final boolean terminal;

  Situacao(int code, String descricao, boolean terminal) {
    this.code = code;
    this.descricao = descricao;
    this.terminal = terminal;
  }

  /** Tiny's number. */
  public int code() {
    return code;
  }

  /** Tiny's name, in Portuguese. */
  public String descricao() {
    return descricao;
  }

  /** Whether work on the order is over. Tiny lets people reopen such an order all the same. */
  public boolean terminal() {
    return terminal;
  }

  /** Whether work on an order with this code is not over: it is not known to be. */
  public static boolean isOpen(int code) {
    return of(code).map(known -> !known.terminal).orElse(true);
  }

  /** The status with this code, or empty for a code that Tiny had not documented. */
  public static Optional<Situacao> of(int code) {
    return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
  }
}
