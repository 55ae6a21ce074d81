package dev.ordem.tiny.simulator;

import java.time.LocalDate;
import java.util.List;

/**
 * One service order as it is, before the API's ugliness.
 *
 * @param dataPrevista already in one of the API's three forms
 * @param dataConclusao already in one of the API's three forms
 * @param dice thirty-two coin tosses made once, which pick the form of the fields whose form varies
 *     from order to order
 */
record Order(
    long id,
    String numero,
    int situacao,
    LocalDate data,
    String dataPrevista,
    String dataConclusao,
    long contatoId,
    List<String> marcadores,
    String tecnico,
    Device device,
    Notes notes,
    Totals totals,
    int dice) {

  Order {
    marcadores = List.copyOf(marcadores);
  }

  /**
   * @param serie what the API answers now, possibly empty
   * @param serieConhecida the last one it answered that was not empty
   */
  record Device(String nome, String serie, String serieConhecida) {
    Device forgetful() {
      return new Device(nome, "", serieConhecida);
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

  Order withSituacao(int changed) {
    return with(changed, dataPrevista, dataConclusao, marcadores, device, notes, totals);
  }

  Order withDataPrevista(String changed) {
    return with(situacao, changed, dataConclusao, marcadores, device, notes, totals);
  }

  Order withDataConclusao(String changed) {
    return with(situacao, dataPrevista, changed, marcadores, device, notes, totals);
  }

  Order withMarcadores(List<String> changed) {
    return with(situacao, dataPrevista, dataConclusao, changed, device, notes, totals);
  }

  Order withDevice(Device changed) {
    return with(situacao, dataPrevista, dataConclusao, marcadores, changed, notes, totals);
  }

  Order withNotes(Notes changed) {
    return with(situacao, dataPrevista, dataConclusao, marcadores, device, changed, totals);
  }

  Order withTotals(Totals changed) {
    return with(situacao, dataPrevista, dataConclusao, marcadores, device, notes, changed);
  }

  @SuppressWarnings("TooManyParameters") // the one copy constructor behind the seven above
  private Order with(
      int newSituacao,
      String newPrevista,
      String newConclusao,
      List<String> newMarcadores,
      Device newDevice,
      Notes newNotes,
      Totals newTotals) {
    return new Order(
        id,
        numero,
        newSituacao,
        data,
        newPrevista,
        newConclusao,
        contatoId,
        newMarcadores,
        tecnico,
        newDevice,
        newNotes,
        newTotals,
        dice);
  }
}
