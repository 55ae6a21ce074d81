package dev.ordem.detail.fetch;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Answers at once unless told to hold an order's answer back. */
final class StubTiny implements Carrier.Call {
  /** On the database's clock, which is not the one of this process. */
  static final Interval AT =
      new Interval(Instant.parse("2026-03-01T11:58:50Z"), Instant.parse("2026-03-01T11:59:00Z"));

  final Map<Long, Answer<OrderDetail>> answers = new ConcurrentHashMap<>();
  final Map<Long, CountDownLatch> open = new ConcurrentHashMap<>();
  final Map<Long, Priority> priorities = new ConcurrentHashMap<>();
  volatile @Nullable Error error;
  final List<Long> begun = Collections.synchronizedList(new ArrayList<>());

  void hold(long id) {
    open.put(id, new CountDownLatch(1));
  }

  /** As soon as somebody waits for its answer. */
  void releaseSoon(long id) {
    new Thread(() -> release(id)).start();
  }

  void release(long id) {
    requireNonNull(open.get(id)).countDown();
  }

  @Override
  public Answer<OrderDetail> detail(String account, long osId, Priority priority)
      throws InterruptedException {
    begun.add(osId);
    Error defect = error;
    if (defect != null) {
      throw defect;
    }
    priorities.put(osId, priority);
    CountDownLatch gate = open.get(osId);
    if (gate != null) {
      gate.await();
    }
    return answers.getOrDefault(osId, new Answer.Ok<>(detail(osId), AT));
  }

  static OrderDetail detail(long id) {
    return detail(id, "");
  }

  static OrderDetail detail(long id, String text) {
    return new OrderDetail(
        id,
        3,
        null,
        null,
        null,
        "1",
        7L,
        "Cliente",
        "Ana",
        "Notebook",
        null,
        null,
        null,
        null,
        JsonNodeFactory.instance.objectNode().put("id", id).put("obs", text));
  }
}
