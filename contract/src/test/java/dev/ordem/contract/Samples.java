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
import org.jspecify.annotations.Nullable;

/** One event of each kind, with every field filled, by the topic that carries it. */
final class Samples {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final UUID RUN = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final UUID GENERATION = UUID.fromString("77777777-2222-3333-4444-555555555555");
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
  private static final Failure FAILURE =
      new Failure("http-500", "GET /ordem-servico/891: 500", "<html>");

  private Samples() {}

  /** As this version writes them, with every field filled. */
  static Map<Topic<? extends Event>, List<Event>> all() {
    DetailRequest wanted = wanted(T.plusSeconds(900));
    return Map.of(
        Topics.SYNC_RUNS,
        List.of(runState("api", T.plusSeconds(3), true, 7L)),
        Topics.OS_HEADERS,
        List.of(
            new HeaderEvent.Seen(
                "loja-1", RUN, Mode.FULL, false, HEADER, T, T.minusMillis(300), 5L),
            new HeaderEvent.SeenAgain("loja-1", 891L, 6, T.minusMillis(300), T),
            new HeaderEvent.Unlisted("loja-1", 891L, 6, T.minusMillis(300), T),
            new HeaderEvent.RefreshWanted("loja-1", 891L, T),
            new HeaderEvent.RequeueWanted("loja-1", 891L, T),
            baselineOrder(),
            new HeaderEvent.DetailsMissing("loja-1", RUN, 5L, 100, T),
            new HeaderEvent.PassOver("loja-1", RUN, 5L, List.of(0, 1, 2, 5, 6), T, T),
            new HeaderEvent.EndOfHeaders("loja-1", RUN, Mode.FULL, T, 5L, true, T),
            new HeaderEvent.AbsencesConfirmed("loja-1", RUN, 5L, T, T),
            new HeaderEvent.Canceled("loja-1", RUN, T, 5L),
            new HeaderEvent.Resumed("loja-1", RUN, 6L, T),
            new HeaderEvent.Forgotten("loja-1", RUN, 6L, T),
            new HeaderEvent.Hold("loja-1", 5_000, T),
            new HeaderEvent.Baselined("loja-1", GENERATION, T)),
        Topics.OS_DETAIL_REQUESTS,
        List.of(wanted),
        Topics.OS_DETAIL_RESULTS,
        results(wanted, T.minusMillis(250)),
        Topics.OS_ENRICHED,
        List.of(enriched()),
        Topics.OS_STATUS_CHANGES,
        List.of(statusChange(StatusChange.idOf(new OrderKey("loja-1", 891L), 2, 6, 3), 1L)),
        Topics.OS_SYNC_STATE,
        List.of(syncState()),
        Topics.SYNC_RUN_PROGRESS,
        List.of(
            new RunProgress(
                RUN, "loja-1", 4, true, 10, 3, 2, 5, 5, 4, 1, T, T, 5L, 0L, 0L, 0L, 42L, 9L, 1L,
                true, 1L, true, 2L),
            new AccountCertificate(
                "loja-1", 4, GENERATION, 42, 10, -77, 12, 78, Map.of(3, 9L, 6, 1L), 1, 50, 2, T)));
  }

  /** As the first version wrote them: what was added since is null. */
  static Map<Topic<? extends Event>, List<Event>> first() {
    DetailRequest wanted = wanted(null);
    UUID oldId = UUID.fromString("e329ed79-c24e-3e3d-9386-b21b52fa16bb");
    return Map.of(
        Topics.SYNC_RUNS,
        List.of(runState(null, null, null, null)),
        Topics.OS_HEADERS,
        List.of(
            new HeaderEvent.Seen("loja-1", RUN, Mode.FULL, false, HEADER, T, null, null),
            new HeaderEvent.RefreshWanted("loja-1", 891L, T),
            new HeaderEvent.EndOfHeaders("loja-1", RUN, Mode.FULL, T, null, null, null),
            new HeaderEvent.Canceled("loja-1", RUN, T, null)),
        Topics.OS_DETAIL_REQUESTS,
        List.of(wanted),
        Topics.OS_DETAIL_RESULTS,
        results(wanted, null),
        Topics.OS_ENRICHED,
        List.of(enriched()),
        Topics.OS_STATUS_CHANGES,
        List.of(statusChange(oldId, null)),
        Topics.OS_SYNC_STATE,
        List.of(syncState()),
        Topics.SYNC_RUN_PROGRESS,
        List.of(
            new RunProgress(
                RUN, "loja-1", 4, true, 10, 3, 2, 5, 5, 4, 1, T, T, null, null, null, null, null,
                null, null, null, null, null, null)));
  }

  private static DetailRequest wanted(@Nullable Instant expiresAt) {
    return new DetailRequest(REQUEST, "loja-1", 891L, RUN, Lane.HOT, 2, T, expiresAt);
  }

  private static List<Event> results(DetailRequest wanted, @Nullable Instant askedAt) {
    return List.of(
        new DetailResult.Fetched(wanted, DETAIL, askedAt, T),
        new DetailResult.Gone(wanted, askedAt, T),
        new DetailResult.Failed(wanted, FAILURE, T),
        new DetailResult.Rejected(wanted, FAILURE, T),
        new DetailResult.Deferred(wanted, T.plusSeconds(60), "quota", T));
  }

  private static StatusChange statusChange(UUID id, @Nullable Long previous) {
    return new StatusChange(
        id,
        "loja-1",
        891L,
        2,
        previous,
        6,
        3,
        T.minusSeconds(60),
        T,
        StatusChange.Source.HEADER,
        RUN);
  }

  private static SyncState syncState() {
    return new SyncState(
        "loja-1",
        891L,
        SyncState.Work.RETRYING,
        Lane.RETRY,
        RUN,
        2,
        T.plusSeconds(120),
        FAILURE,
        T);
  }

  private static HeaderEvent.BaselineOrder baselineOrder() {
    return new HeaderEvent.BaselineOrder(
        "loja-1", 891L, GENERATION, 1772366400123L, 3, T, 2, 2, 78, false, HEADER, DETAIL, T, T, T);
  }

  private static RunState runState(
      @Nullable String requestedBy,
      @Nullable Instant healedAt,
      @Nullable Boolean limited,
      @Nullable Long version) {
    RunState.Module running =
        new RunState.Module(RunState.Module.Status.RUNNING, 200, 29645L, "slow");
    return new RunState(
        RUN,
        "loja-1",
        PERIOD,
        Mode.PERIOD,
        RunStatus.RUNNING,
        running,
        running,
        running,
        T,
        T.plusSeconds(1),
        T.plusSeconds(2),
        "none",
        T,
        requestedBy,
        healedAt,
        limited,
        version);
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
