package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The run that a command is about. */
final class RunId {
  private static final int WHOLE = 36;
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f-]{4,36}");

  @Parameters(
      paramLabel = "RUN",
      description = "Its id, as ./ordem runs shows it, or how the id begins.")
  private String text = "";

  /** The whole id; {@link CommandFailure} if no run's begins so, or several do. */
  String of(ProducerApi api) {
    String wanted = text.toLowerCase(Locale.ROOT);
    if (!BEGINNING.matcher(wanted).matches()) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE, "'" + text + "' is no id of a run; ./ordem runs lists them.");
    }
    if (wanted.length() == WHOLE) {
      return wanted;
    }
    List<String> found = beginning(api, wanted);
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new CommandFailure(
        CommandFailure.FAILED,
        found.isEmpty()
            ? "No run's id begins with " + text + "; ./ordem runs lists them."
            : "More than one run's id begins with " + text + ": write more of it.");
  }

  private static List<String> beginning(ProducerApi api, String wanted) {
    List<String> found = new ArrayList<>();
    @Nullable String page = "/api/runs?limit=200";
    while (page != null) {
      JsonNode answer = api.get(page);
      for (JsonNode run : answer.path("runs")) {
        String id = run.path("runId").asText();
        if (id.startsWith(wanted)) {
          found.add(id);
        }
      }
      page = answer.path("next").isTextual() ? answer.path("next").asText() : null;
    }
    return found;
  }
}
