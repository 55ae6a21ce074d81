package dev.ordem.tiny.simulator;

import java.util.List;

/** The words that seeded orders are made of, including those that break careless readers. */
final class Vocabulary {
  static final List<String> NOMES =
      List.of(
          "Ana Lúcia Conceição",
          "João D'Ávila",
          "Márcia Araújo & Filhos Ltda",
          "Oficina \"Zé\" do Braço",
          "Padaria Pão Quente ME",
          "Søren Østergård",
          "Transportadora São Luís S/A",
          "Açaí da Praça",
          "Cláudio Antônio Guimarães",
          "Escola Municipal Vovó Nhá Chica",
          "Clínica Coração 💙",
          "Íris Nuñez");
  static final List<String> TECNICOS =
      List.of("Bruno", "Édson Luís", "Kátia\nturno da noite", "Rafa \"Mão Santa\"", "", "Wesley");
  static final List<String> EQUIPAMENTOS =
      List.of(
          "Notebook 15\" Dell",
          "Impressora térmica",
          "Máquina de lavar 11 kg",
          "Ar-condicionado split\n12.000 BTU",
          "Celular 📱 tela quebrada",
          "Furadeira",
          "");
  static final List<String> PROBLEMAS =
      List.of(
          "Não liga",
          "Faz barulho\r\ne esquenta",
          "Cliente diz: \"para de repente\"",
          "Vazamento de água 💧",
          "",
          "Tela piscando; já trocou o cabo \\ fonte");
  static final List<String> OBSERVACOES =
      List.of(
          "Aguardando peça",
          "Peça chegou 🚚",
          "Cliente avisado por telefone\nretorna amanhã",
          "Garantia até 12/2026",
          "Orçamento refeito, \"urgente\"",
          "Testado por 24 h – ok ✅");
  static final List<String> MARCADORES =
      List.of("urgente", "garantia", "retorno", "VIP ⭐", "aguardando peça", "revisão");
  static final List<String> RUAS =
      List.of("Rua das Acácias", "Av. Brasil", "Travessa São José", "Estrada da Conceição, km 4");
  static final List<String> CIDADES =
      List.of("São Paulo", "Goiânia", "Florianópolis", "Belém", "Maceió");
  static final List<String> UFS = List.of("SP", "GO", "SC", "PA", "AL", " ");
  static final List<String> DESCONTOS =
      List.of("0,00", "0,00", "0,00", "0", "0", "50", "10%", "100%", "999,99", "12,5%", "7,90");

  static final Customer VENDEDOR =
      new Customer(
          700_100_200,
          "Vendedora Lígia",
          "V1",
          "",
          "F",
          "",
          "",
          "",
          "",
          "",
          "ligia@example.com",
          null);

  private Vocabulary() {}
}
