package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.bench.pipeline.process.Tiny;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What people do in Tiny. Each change leaves a marker that was never there before, so that the list
 * shows that there was one: an order that goes from 3 to 5 and back between two looks at the list
 * has the same header as before, and nobody who reads lists can know of it.
 */
final class AccountChanges {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SITUACOES = 8;

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
      String phone = "11 9" + (10_000_000 + random.nextInt(80_000_000));
      tiny.post("/orders/" + id + "/telefone", json("telefone", phone));
    } else {
      mark(id);
    }
    versions.look(tiny);
  }

  private void situacao(long id, int situacao) throws Exception {
    tiny.post("/orders/" + id + "/situacao", json("situacao", situacao));
    versions.look(tiny);
    mark(id);
    versions.look(tiny);
  }

  private void mark(long id) throws Exception {
    made++;
    tiny.post("/orders/" + id + "/marcadores", json("marcadores", List.of("mudança " + made)));
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
