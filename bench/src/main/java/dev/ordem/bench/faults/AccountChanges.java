package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.bench.pipeline.process.Tiny;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What people do in Tiny. With each change of a status the order is promised for another time: one
 * that goes from 3 to 5 and back between two looks at the list has the same header as before, with
 * another day of conclusion in its detail, and nobody who reads lists can know of it.
 */
final class AccountChanges {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SITUACOES = 8;
  private static final LocalDateTime FIRST_PROMISE = LocalDateTime.of(2030, 1, 1, 8, 0);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private final Tiny tiny;
  private final Versions versions;
  private int made;

  AccountChanges(Tiny tiny, Versions versions) {
    this.tiny = tiny;
    this.versions = versions;
  }

  void make(Random random) throws Exception {
    int choice = random.nextInt(100);
    List<Long> ids = new ArrayList<>(versions.living());
    long id = ids.get(random.nextInt(ids.size()));
    if (choice < 15) {
      tiny.post("/orders", null);
    } else if (choice < 60) {
      situacao(id, random.nextInt(SITUACOES));
    } else if (choice < 70) {
      situacao(id, 3);
      situacao(id, 5);
      situacao(id, 3);
    } else if (choice < 80) {
      made++;
      tiny.post("/orders/" + id + "/telefone", json("telefone", "11 9" + (10_000_000 + made)));
    } else {
      made++;
      tiny.post("/orders/" + id + "/marcadores", json("marcadores", List.of("marca " + made)));
    }
    versions.look(tiny);
  }

  private void situacao(long id, int situacao) throws Exception {
    tiny.post("/orders/" + id + "/situacao", json("situacao", situacao));
    versions.look(tiny);
    promise(id);
    versions.look(tiny);
  }

  private void promise(long id) throws Exception {
    made++;
    String time = FIRST_PROMISE.plusMinutes(made).format(TIME);
    tiny.post("/orders/" + id + "/data-prevista", json("dataPrevista", time));
  }

  /** Only the detail shows it. */
  void remark(Set<Long> ids, String text) throws Exception {
    for (long id : new HashSet<>(ids)) {
      tiny.post("/orders/" + id + "/observacoes", json("observacoes", text));
    }
    versions.look(tiny);
  }

  private static String json(String name, Object value) throws Exception {
    return JSON.writeValueAsString(Map.of(name, value));
  }
}
