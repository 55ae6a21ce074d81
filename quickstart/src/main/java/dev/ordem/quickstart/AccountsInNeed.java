package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.StatusLines;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What accounts need a person for, told once as long as it stays the same. */
final class AccountsInNeed {
  private static final Logger LOG = LoggerFactory.getLogger(AccountsInNeed.class);

  private final ProducerApi api;
  private final Consumer<String> say;
  private Set<String> told = Set.of();

  /**
   * Does no I/O.
   *
   * @param say told what to do, a line each
   */
  AccountsInNeed(ProducerApi api, Consumer<String> say) {
    this.api = api;
    this.say = say;
  }

  /**
   * Asks for the accounts and tells what is new. It may have no answer: then the next look tells.
   */
  void tell() {
    try {
      Set<String> now = needs(api.get("/api/accounts").path("accounts"));
      now.stream().filter(need -> !told.contains(need)).forEach(say);
      told = now;
    } catch (CommandFailure e) {
      LOG.debug("not told of accounts", e);
    }
  }

  private static Set<String> needs(JsonNode accounts) {
    Set<String> needs = new LinkedHashSet<>();
    for (JsonNode account : accounts) {
      if (!account.path("state").asText("READY").equals("READY")) {
        String name = account.path("account").asText();
        String need = StatusLines.problem(account).orElse("./ordem connect --account " + name);
        needs.add("Account " + name + " waits for a person: " + need);
      }
    }
    return needs;
  }
}
