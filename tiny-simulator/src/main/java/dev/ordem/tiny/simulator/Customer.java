package dev.ordem.tiny.simulator;

import org.jspecify.annotations.Nullable;

/** A contact as the API shows it: {@code cliente} in a header, {@code contato} in a detail. */
record Customer(
    long id,
    String nome,
    String codigo,
    String fantasia,
    String tipoPessoa,
    String cpfCnpj,
    String inscricaoEstadual,
    String rg,
    String telefone,
    String celular,
    String email,
    @Nullable Address endereco) {

  record Address(
      String endereco,
      String numero,
      String complemento,
      String bairro,
      String municipio,
      String cep,
      String uf,
      String pais) {}

  Customer withTelefone(String changed) {
    return new Customer(
        id,
        nome,
        codigo,
        fantasia,
        tipoPessoa,
        cpfCnpj,
        inscricaoEstadual,
        rg,
        changed,
        celular,
        email,
        endereco);
  }
}
