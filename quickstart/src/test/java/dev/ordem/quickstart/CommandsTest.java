package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.cli.OrderCommand;
import dev.ordem.quickstart.cli.OrderCommands;
import dev.ordem.quickstart.cli.ProofCommands;
import dev.ordem.quickstart.cli.ServerOptions;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.ReportTable;
import dev.ordem.quickstart.cli.terminal.RunView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What commands ask the producer, what they say of its answers, and their exit codes. */
class CommandsTest {
  private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
  private static final String RUN = "7f5c0d1e-0000-4000-8000-000000000001";
  private static final String OTHER = "7f5c0d1f-0000-4000-8000-000000000002";

  private final StringWriter complaint = new StringWriter();
  private UnaryOperator<String> answers = asked -> "{}";
  private FakeProducer producer;

  @BeforeEach
  void start() throws IOException {
    producer = new FakeProducer(asked -> answers.apply(asked));
  }

  @AfterEach
  void stop() {
    producer.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cancel @ | POST /api/runs/@/cancel {}",
        "resume @ | POST /api/runs/@/resume {}",
        "resume @ --confirm-absences | POST /api/runs/@/resume {\"confirmAbsences\":true}",
        "resume @ --confirm-absences=false | POST /api/runs/@/resume {\"confirmAbsences\":false}",
        "log @ | GET /api/runs/@/log?limit=200; GET /api/runs/@",
        "reconcile | POST /api/runs {\"mode\":\"reconcile\"}",
        "reconcile --account b | POST /api/runs {\"mode\":\"reconcile\",\"account\":\"b\"}",
        "requeue --all | POST /api/failures/requeue {\"all\":true}",
        "requeue --cause x | POST /api/failures/requeue {\"cause\":\"x\",\"all\":false}",
        "schedule | GET /api/schedule",
        "failures --json | GET /api/failures",
        "status | GET /api/status",
        "runs --status PARTIAL --mode full | GET /api/runs?limit=50&mode=full&status=PARTIAL",
      })
  void commandsAskForWhatTheySay(String command, String requests) {
    answers = asked -> "{\"runId\": \"" + RUN + "\", \"status\": \"QUEUED\"}";
    assertThat(execute(command.replace("@", RUN))).isZero();
    assertThat(producer.asked()).containsExactly(requests.replace("@", RUN).split("; "));
  }

  @Test
  void aRunIsFoundByHowItsIdBegins() {
    answers =
        asked ->
            asked.equals("GET /api/runs?limit=200")
                ? "{\"runs\": [{\"runId\": \"" + RUN + "\"}], \"next\": \"/api/runs?before=x\"}"
                : "{\"runs\": [{\"runId\": \"" + OTHER + "\"}]}";
    assertThat(execute("cancel 7F5C0D1E")).isZero();
    assertThat(producer.asked().get(2)).isEqualTo("POST /api/runs/" + RUN + "/cancel {}");
    assertThat(execute("cancel 7f5c")).isEqualTo(CommandFailure.FAILED);
    assertThat(complaint.toString()).contains("More than one");
    assertThat(execute("cancel 0000")).isEqualTo(CommandFailure.FAILED);
    assertThat(execute("cancel what?")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(producer.asked().stream().filter(asked -> asked.startsWith("POST"))).hasSize(1);
  }

  @Test
  void aRefusalIsOneLineAndExitCodeOne() {
    answers = asked -> "{\"status\": 409, \"detail\": \"run 7 is COMPLETE\"}";
    assertThat(execute("cancel " + RUN)).isEqualTo(CommandFailure.FAILED);
    assertThat(complaint.toString().lines()).containsExactly("ordem: run 7 is COMPLETE");
  }

  @Test
  void anOrderIsRefreshedByIdOrByTheNumberThatPeopleKnow() {
    answers =
        asked ->
            switch (asked) {
              case "GET /api/os/loja?numero=103" -> "{\"orders\": [{\"osId\": 9}]}";
              case "GET /api/accounts" -> "{\"accounts\": [{\"account\": \"loja\"}]}";
              case "GET /api/os/loja/9", "POST /api/os/loja/9/refresh" -> "{}";
              default ->
                  asked.contains("?numero=")
                      ? "{\"orders\": []}"
                      : "{\"status\": 404, \"detail\": \"not known\"}";
            };
    assertThat(execute("refresh 103 --account loja")).isZero();
    assertThat(execute("refresh 9 --account loja")).isZero();
    assertThat(producer.asked().stream().filter(asked -> asked.startsWith("POST")))
        .containsOnly("POST /api/os/loja/9/refresh {}")
        .hasSize(2);
    assertThat(execute("refresh 77 --account loja")).isEqualTo(CommandFailure.FAILED);
    assertThat(complaint.toString()).contains("No order of account loja", "77");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order 7 --account nosuch",
        "refresh 7 --account nosuch",
        "runs --account nosuch",
        "run --account nosuch",
        "plan --account nosuch",
        "reconcile --account nosuch",
        "requeue --all --account nosuch",
        "disconnect nosuch --yes",
      })
  void anAccountThatIsNotThereIsNamedAsWrongUsage(String command) {
    answers =
        asked ->
            asked.equals("GET /api/accounts")
                ? "{\"accounts\": [{\"account\": \"loja\"}]}"
                : "{\"status\": 404, \"detail\": \"GET /api/accounts lists them\"}";
    assertThat(execute(command)).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(complaint.toString())
        .contains("no account nosuch", "./ordem accounts")
        .doesNotContain("No order");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "there is no run 7; GET /api/runs lists them | there is no run 7; ./ordem runs lists them",
        "headersOnly: mode details reads no headers"
            + " | --headers-only: --mode details reads no headers",
        "from and to go with mode period only | --from and --to go with mode period only",
        "mode period needs both from and to | --mode period needs both --from and --to",
        "from 1999-12-31: must be from 2000-01-01 to 2027-11-27"
            + " | --from 1999-12-31: must be from 2000-01-01 to 2027-11-27",
        "to 2026-01-01 is before from 2026-02-01 | --to 2026-01-01 is before --from 2026-02-01",
        "max 0: must be positive, or left out | --max 0: must be positive, or left out",
        "perMinute: -1 is not from 0 to 1000000 | --per-minute: -1 is not from 0 to 1000000",
        "account loja has no partial run to go on with"
            + " | account loja has no partial run to go on with",
      })
  void theApisWordsAreSaidAsOptionsAndCommands(String said, String told) {
    answers = asked -> "{\"status\": 400, \"detail\": \"" + said + "\"}";
    assertThat(execute("cancel " + RUN)).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(complaint.toString().lines()).containsExactly("ordem: " + told);
  }

  @Test
  void whatACommandDoesNotTakeIsNamed() {
    assertThat(execute("requeue abc")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(complaint.toString()).contains("'abc'").doesNotContain("index", "Unmatched");
  }

  @Test
  void whatIsToBeTriedAgainMustBeSaidAndThere() {
    answers = asked -> "{\"requeued\": 0}";
    assertThat(execute("requeue")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(execute("requeue x")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(execute("requeue --all 7")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(producer.asked()).isEmpty();
    assertThat(execute("requeue 7 8")).isEqualTo(CommandFailure.FAILED);
    assertThat(producer.asked()).containsExactly("POST /api/failures/requeue {\"ids\":[7,8]}");
    assertThat(execute("requeue --all")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true,0", "false,3"})
  void aCertificateIsEqualOrPartial(boolean equal, int code) {
    answers = asked -> "{\"current\": {\"equal\": " + equal + "}}";
    assertThat(execute("certificate " + RUN)).isEqualTo(code);
  }

  @Test
  void aCertificateNamesWhatDiffers() {
    String proof =
        """
        {"runId": "7", "account": "loja", "status": "COMPLETE",
         "certificate": [{"partition": 0, "orders": 3, "ordersXor": -1, "changes": 4,
           "changesXor": 16, "provedAt": "2026-02-10T12:00:00Z"}],
         "current": {"equal": false, "unplaced": 0, "partitions": [
           {"partition": 0, "equal": true},
           {"partition": 1, "equal": false, "ledger": null,
            "postgres": {"orders": 1, "ordersXor": 2, "changes": 0, "changesXor": 0}}],
          "rows": [{"osId": 17, "state": "REFUSED", "table": "os", "cause": "index"}]},
         "differences": {"trouble": null, "kinds": [
           {"table": "os", "how": "MISSING", "count": 4, "ids": ["4", "5"]},
           {"table": "os_status_history", "how": "UNKNOWN", "count": 1, "ids": ["4:2"]}]}}
        """;
    assertThat(ProofCommands.Certificate.lines(json(proof), SAO_PAULO))
        .containsExactly(
            "Run 7 of loja is COMPLETE.",
            "  partition 0: 3 orders (ffffffffffffffff), 4 changes (0000000000000010),"
                + " proved 2026-02-10 09:00",
            "Now ledger and Postgres hold not the same of loja.",
            "  partition 1: ledger tells nothing; Postgres 1 orders (0000000000000002),"
                + " 0 changes (0000000000000000)",
            "  order 17: REFUSED of os (index)",
            "  os, MISSING in Postgres: 4, 5 and 2 more",
            "  os_status_history, UNKNOWN in Postgres: 4:2");
  }

  @Test
  void failuresAreToldWithTheNextAttemptInOneZone() {
    String failures =
        """
        {"failures": [
          {"account": "loja", "osId": 7, "numero": "103", "state": "RETRYING", "cause": "http-500",
           "attempts": 2, "nextAttemptAt": "2026-02-10T12:00:00Z", "error": "boom"},
          {"account": "loja", "osId": 8, "numero": null, "state": "REFUSED", "cause": "index",
           "attempts": 1, "nextAttemptAt": null, "error": null}]}
        """;
    assertThat(OrderCommands.Failures.lines(json(failures), SAO_PAULO))
        .containsExactly(
            "loja:7 (number 103)  RETRYING  http-500 after 2 attempt(s), next at 2026-02-10 09:00"
                + "  boom",
            "loja:8  REFUSED  index after 1 attempt(s)",
            "2 order(s). Times are of America/Sao_Paulo.");
  }

  @Test
  void anOrderThatPostgresRefusesSaysSo() {
    String order =
        """
        {"account": "loja", "id": 7, "numero": "103", "situacao": 3, "history": [], "failures": [
          {"state": "RETRYING", "cause": "http-500", "error": "boom"},
          {"state": "REFUSED", "cause": "postgres-P0001", "error": "os: P0001 no"}]}
        """;
    assertThat(OrderCommand.lines(json(order), SAO_PAULO))
        .filteredOn(line -> line.startsWith("Failed"))
        .containsExactly(
            "Failed    REFUSED, postgres-P0001: os: P0001 no"
                + " (./ordem requeue 7, once that is mended)");
  }

  @Test
  void aReportIsATable() {
    String report =
        """
        {"bySituacao": {"0": {"tiny": 3, "ledger": 3, "postgres": 3},
                        "3": {"tiny": null, "ledger": 1200, "postgres": 1199}},
         "all": {"tiny": 1203, "ledger": 1203, "postgres": 1202},
         "found": 1, "recovered": 2, "removed": 0, "suspects": 0, "stale": 5,
         "failing": 1, "failingIds": [17], "calls": null, "seconds": 60}
        """;
    assertThat(ReportTable.lines(json(report)))
        .containsExactly(
            "Status                         Tiny       Ledger     Postgres",
            "0 em aberto                       3            3            3",
            "3 finalizada                      ?        1,200        1,199  differs",
            "all                           1,203        1,203        1,202  differs",
            "1 new, 2 put right, 0 gone from Tiny, 0 doubtful, 5 with old details.",
            "1 wait for a person (./ordem failures): 17",
            "? calls to Tiny in 60 s.");
    assertThat(ReportTable.lines(json("null"))).isEmpty();
  }

  @Test
  void theScheduleIsToldInOneZone() {
    String schedule =
        """
        {"entries": [{"mode": "reconcile", "cron": "0 3 * * *",
          "next": ["2026-02-11T06:00:00Z", "2026-02-12T06:00:00Z"],
          "last": [{"account": "loja", "status": "COMPLETE", "createdAt": "2026-02-10T06:00:00Z",
                    "runId": "7"}]}]}
        """;
    assertThat(ProofCommands.Schedule.lines(json(schedule), SAO_PAULO))
        .containsExactly(
            "reconcile    0 3 * * *       next 2026-02-11 03:00, 2026-02-12 03:00",
            "             last of loja: COMPLETE, 2026-02-10 03:00, 7",
            "Times are of America/Sao_Paulo.");
    assertThat(ProofCommands.Schedule.lines(json("{\"entries\": []}"), SAO_PAULO))
        .containsExactly("Nothing begins by itself: SYNC_SCHEDULE is off.");
  }

  @Test
  void theLogOfARunThatIsNotOverEndsWithWhatItWaitsFor() {
    assertThat(
            ProofCommands.RunLog.now(
                json("{\"status\": \"RUNNING\", \"waitsFor\": \"no connection\"}")))
        .containsExactly("now: RUNNING, waits for: no connection");
    assertThat(ProofCommands.RunLog.now(json("{\"status\": \"QUEUED\", \"waitsFor\": null}")))
        .containsExactly("now: QUEUED");
    assertThat(ProofCommands.RunLog.now(json("{\"status\": \"PARTIAL\"}"))).isEmpty();
  }

  /** What there is of each mode when up starts, and which run it then follows. */
  @ParameterizedTest
  @CsvSource({
    "false,-,-,-,asked full",
    "true,-,-,-,asked full",
    "false,-,-,RUNNING,asked full",
    "false,COMPLETE,-,COMPLETE,newest",
    "false,-,COMPLETE,COMPLETE,newest",
    "false,CANCELED,-,CANCELED,newest",
    "false,COMPLETE,-,RUNNING,newest",
    "true,COMPLETE,-,RUNNING,newest",
    "true,COMPLETE,-,COMPLETE,asked incremental",
  })
  void upBeginsWithAFullRunWhereNoneEverWas(
      boolean once, String full, String reconcile, String newest, String expected) {
    answers =
        asked ->
            switch (asked) {
              case "GET /api/runs?limit=1&account=loja&mode=full" -> list(full);
              case "GET /api/runs?limit=1&account=loja&mode=reconcile" -> list(reconcile);
              case "GET /api/runs?limit=1&account=loja" -> list(newest);
              default -> "{\"runId\": \"asked\", \"status\": \"QUEUED\"}";
            };
    RunView first = UpCommand.firstRun(producer.api(), once, "loja");
    List<String> posted =
        producer.asked().stream().filter(asked -> asked.startsWith("POST")).toList();
    if (expected.equals("newest")) {
      assertThat(first.id()).isEqualTo("newest");
      assertThat(posted).isEmpty();
    } else {
      assertThat(first.id()).isEqualTo("asked");
      assertThat(posted)
          .containsExactly(
              "POST /api/runs {\"mode\":\""
                  + expected.replace("asked ", "")
                  + "\",\"requestedBy\":\"up\",\"account\":\"loja\"}");
    }
  }

  @Test
  void upFollowsTheRunThatTheScheduleAskedForInThatMoment() {
    List<String> there = new ArrayList<>();
    answers =
        asked -> {
          if (asked.startsWith("POST")) {
            there.add("RUNNING");
            return "{\"status\": 409, \"detail\": \"in the way\"}";
          }
          return list(there.isEmpty() ? "-" : "RUNNING");
        };
    assertThat(UpCommand.firstRun(producer.api(), false, "loja").id()).isEqualTo("newest");
  }

  private static String list(String status) {
    return status.equals("-")
        ? "{\"runs\": []}"
        : "{\"runs\": [{\"runId\": \"newest\", \"status\": \"" + status + "\"}]}";
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080,http://127.0.0.1:8080",
    "ordem.example.com,http://ordem.example.com",
    "https://ordem.example.com/,https://ordem.example.com/",
  })
  void anAddressNeedsNoScheme(String text, String address) {
    assertThat(ServerOptions.address("ORDEM_URL", text)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "http://", "a b", ":8080"})
  void whatIsNoAddressIsNamed(String text) {
    assertThatThrownBy(() -> ServerOptions.address("ORDEM_URL", text))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            e -> assertThat(e.exitCode()).isEqualTo(CommandFailure.WRONG_USAGE))
        .hasMessageContaining("ORDEM_URL")
        .hasMessageContaining("http://127.0.0.1:8080");
  }

  private int execute(String command) {
    CommandLine line = Ordem.commandLine().setErr(new PrintWriter(complaint, true));
    List<String> all = new ArrayList<>(List.of(command.split(" ", -1)));
    all.addAll(List.of("--url", producer.url()));
    return line.execute(all.toArray(String[]::new));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
