package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountsInNeedTest {
  private static final String READY =
      """
      {"accounts": [{"account": "loja", "state": "READY", "problem": "Tiny is slow"}]}
      """;
  private static final String WAITS =
      """
      {"accounts": [{"account": "loja", "state": "AUTHORISATION_REQUIRED",
        "problem": "Another company: ./ordem connect --account NAME"}]}
      """;

  @Test
  void whatAPersonHasToDoIsToldOnceUntilItIsDone() throws Exception {
    String away = "{\"status\": 503}";
    Deque<String> answers =
        new ArrayDeque<>(List.of(READY, WAITS, WAITS, away, WAITS, READY, WAITS));
    List<String> said = new ArrayList<>();
    try (FakeProducer producer = new FakeProducer(request -> answers.remove())) {
      AccountsInNeed needs = new AccountsInNeed(producer.api(), said::add);
      needs.tell();
      assertThat(said).isEmpty();
      while (answers.size() > 2) {
        needs.tell();
      }
      assertThat(said)
          .containsExactly(
              "Account loja waits for a person: Another company:"
                  + " ./ordem connect --account NAME");
      needs.tell();
      needs.tell();
      assertThat(said).hasSize(2);
    }
  }
}
