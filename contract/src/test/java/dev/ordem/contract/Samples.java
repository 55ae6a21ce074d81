package dev.ordem.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One event of each kind, with every field filled, by the topic that carries it. */
final class Samples {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final UUID RUN = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final UUID REQUEST = UUID.fromString("99999999-2222-3333-4444-555555555555");
  private static final RunRequest PERIOD =
      new RunRequest(
          "loja-1",
          Mode.PERIOD,
          LocalDate.of(2026, 1, 1),
          LocalDate.of(2026, 1, 31),
          500L,
          true,
          true);
  private static final Header HEADER =
      new Header(
          891L,
          3,
          LocalDate.of(2026, 1, 2),
          LocalDateTime.of(2026, 1, 9, 18, 30),
          new BigDecimal("0"),
          "1042",
          77L,
          "Oficina São José",
          List.of("urgente", "garantia"),
          json("{\"id\":891,\"situacao\":\"3\",\"valor\":0}"));
  private static final Detail DETAIL =
      new Detail(
          891L,
          3,
          LocalDate.of(2026, 1, 2),
          LocalDateTime.of(2026, 1, 9, 18, 30),
          LocalDate.of(2026, 1, 8),
          "1042",
          77L,
          "Oficina São José",
          "Ana",
          "Notebook",
          "SN-1",
          new BigDecimal("99.90"),
          new BigDecimal("10"),
          new BigDecimal("109.90"),
          json("{\"id\":891,\"desconto\":\"0,00\",\"alqComissao\":1.50}"));
  private static final DetailRequest WANTED =
      new DetailRequest(REQUEST, "loja-1", 891L, RUN, Lane.HOT, 2, T);
  private static final Failure FAILURE =
      new Failure("http-500", "GET /ordem-servico/891: 500", "<html>");

  private Samples() {}

  static Map<Topic<? extends Event>, List<Event>> all() {
    return Map.of(
        Topics.SYNC_COMMANDS,
        List.of(
            new SyncCommand.Run("loja-1", RUN, PERIOD, T),
            new SyncCommand.Start("loja-1", RUN, T),
            new SyncCommand.Cancel("loja-1", RUN, T),
            new SyncCommand.Resume("loja-1", RUN, T),
            new SyncCommand.Refresh("loja-1", 891L, T)),
        Topics.SYNC_RUNS,
        List.of(runState()),
        Topics.OS_HEADERS,
        List.of(
            new HeaderEvent.Seen("loja-1", RUN, Mode.FULL, false, HEADER, T),
            new HeaderEvent.RefreshWanted("loja-1", 891L, T),
            new HeaderEvent.EndOfHeaders("loja-1", RUN, Mode.FULL, T),
            new HeaderEvent.Canceled("loja-1", RUN, T)),
        Topics.OS_DETAIL_REQUESTS,
        List.of(WANTED),
        Topics.OS_DETAIL_RESULTS,
        List.of(
            new DetailResult.Fetched(WANTED, DETAIL, T),
            new DetailResult.Gone(WANTED, T),
            new DetailResult.Failed(WANTED, FAILURE, T),
            new DetailResult.Rejected(WANTED, FAILURE, T),
            new DetailResult.Deferred(WANTED, T.plusSeconds(60), "quota", T)),
        Topics.OS_ENRICHED,
        List.of(enriched()),
        Topics.OS_STATUS_CHANGES,
        List.of(
            new StatusChange(
                StatusChange.idOf(new OrderKey("loja-1", 891L), 2),
                "loja-1",
                891L,
                2,
                6,
                3,
                T.minusSeconds(60),
                T,
                StatusChange.Source.HEADER,
                RUN)),
        Topics.OS_SYNC_STATE,
        List.of(
            new SyncState(
                "loja-1",
                891L,
                SyncState.Work.RETRYING,
                Lane.RETRY,
                RUN,
                2,
                T.plusSeconds(120),
                FAILURE,
                T)),
        Topics.SYNC_RUN_PROGRESS,
        List.of(new RunProgress(RUN, "loja-1", 4, true, 10, 3, 2, 5, 5, 4, 1, T, T)));
  }

  private static RunState runState() {
    RunState.Module running =
        new RunState.Module(RunState.Module.Status.RUNNING, 200, 29645L, "slow");
    return new RunState(
        RUN,
        "loja-1",
        PERIOD,
        Mode.PERIOD,
        RunStatus.RUNNING,
        new RunState.Cursor(1, 200, 891L, false, 950L, 2L, T),
        running,
        running,
        running,
        T,
        T.plusSeconds(1),
        T.plusSeconds(2),
        "none",
        T);
  }

  private static EnrichedOrder enriched() {
    return new EnrichedOrder(
        "loja-1",
        891L,
        1772366400123L,
        3,
        "1042",
        LocalDate.of(2026, 1, 2),
        LocalDateTime.of(2026, 1, 9, 18, 30),
        LocalDate.of(2026, 1, 8),
        77L,
        "Oficina São José",
        "Ana",
        "Notebook",
        "SN-1",
        new BigDecimal("99.90"),
        new BigDecimal("10"),
        new BigDecimal("109.90"),
        List.of("urgente"),
        json("{\"id\":891,\"alqComissao\":1.50}"),
        true,
        T,
        T,
        RUN,
        T);
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
