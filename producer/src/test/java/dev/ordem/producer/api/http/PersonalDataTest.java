package dev.ordem.producer.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PersonalDataTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void whatTellsOfAPersonIsMaskedWhereverItStands() throws Exception {
    String answer =
        """
        {"orders":[{"osId":1,"numero":"103","clienteNome":"Maria Souza","situacao":3}],
         "cliente_nome":"Maria Souza","cliente_id":7,"payload":{"contato":{"nome":"Maria Souza"}},
         "equipamento_serie":"Maria Souza","tecnico":"Maria Souza","sync":{"last_error":"Maria Souza"},
         "failures":[{"osId":2,"error":"Maria Souza","excerpt":"{\\"nome\\":\\"Maria Souza\\"}"}],
         "error":null,"total":12.5}
        """;
    String shown = PersonalData.masked(JSON.readTree(answer)).toString();
    assertThat(shown).doesNotContain("Maria").contains("103", "12.5", "\"error\":null");
    assertThat(JSON.readTree(shown).path("orders").get(0).path("clienteNome").asText())
        .isEqualTo("***");
    assertThat(JSON.readTree(shown).path("cliente_id").asText()).isEqualTo("***");
  }
}
