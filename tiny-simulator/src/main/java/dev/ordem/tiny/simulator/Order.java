package dev.ordem.tiny.simulator;

import java.time.LocalDate;
import java.util.List;

/**
 * One service order as it is, before the API's ugliness.
 *
 * @param dice thirty-two coin tosses made once, which pick the form of the fields whose form varies
 *     from order to order
 */
record Order(
    long id,
    String numero,
    LocalDate data,
    long contatoId,
    String tecnico,
    int dice,
    Progress progress,
    Device device,
    Notes notes,
    Totals totals) {

  /**
   * How far an order has come.
   *
   * @param dataPrevista already in one of the API's three forms
   * @param dataConclusao already in one of the API's three forms
   */
  record Progress(
      int situacao, String dataPrevista, String dataConclusao, List<String> marcadores) {
    Progress {
      marcadores = List.copyOf(marcadores);
    }

    Progress withSituacao(int changed) {
      return new Progress(changed, dataPrevista, dataConclusao, marcadores);
    }

    Progress withDataPrevista(String changed) {
      return new Progress(situacao, changed, dataConclusao, marcadores);
    }

    Progress withDataConclusao(String changed) {
      return new Progress(situacao, dataPrevista, changed, marcadores);
    }

    Progress withMarcadores(List<String> changed) {
      return new Progress(situacao, dataPrevista, dataConclusao, changed);
    }
  }

  /**
   * What is being repaired.
   *
   * @param serie what the API answers now, possibly empty
   * @param lastSerie the last one it answered that was not empty
   */
  record Device(String nome, String serie, String lastSerie) {
    Device forgetful() {
      return new Device(nome, "", lastSerie);
    }
  }

  record Notes(String problema, String observacoes, String servico, String internas) {
    Notes withObservacoes(String changed) {
      return new Notes(problema, changed, servico, internas);
    }
  }

  /** Sums in cents; {@code desconto} in one of the API's five forms. */
  record Totals(long servicos, long pecas, String desconto) {}

  boolean tossed(int coin) {
    return (dice >>> coin & 1) == 1;
  }

  int situacao() {
    return progress.situacao();
  }

  List<String> marcadores() {
    return progress.marcadores();
  }

  Order with(Progress changed) {
    return new Order(id, numero, data, contatoId, tecnico, dice, changed, device, notes, totals);
  }

  Order with(Device changed) {
    return new Order(id, numero, data, contatoId, tecnico, dice, progress, changed, notes, totals);
  }

  Order with(Notes changed) {
    return new Order(id, numero, data, contatoId, tecnico, dice, progress, device, changed, totals);
  }

  Order with(Totals changed) {
    return new Order(id, numero, data, contatoId, tecnico, dice, progress, device, notes, changed);
  }
}
