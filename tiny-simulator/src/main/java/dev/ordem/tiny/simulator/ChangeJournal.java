package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is done to the orders of one account goes through here, and, if there is a file,
 * into it.
 *
 * <p>Because data and life are drawn from a seed, the deeds and their times are all it takes to
 * make the account again: opening a diary that has entries does them anew, at their times. The file
 * has one JSON object a line: first the seed, the number of orders and the day they were made, then
 * a deed each. A line that a kill has cut short was never acknowledged, and is dropped. Deeds
 * exclude each other by the book's monitor.
 */
final class ChangeJournal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OrderBook book;
  private final OrderActivity life;
  private final RememberingClock clock;
  private @Nullable Writer file;

  ChangeJournal(OrderBook book, OrderActivity life, RememberingClock clock) {
    this.book = book;
    this.life = life;
    this.clock = clock;
  }

  /** What can be done to orders. */
  enum Deed {
    STEP,
    CREATE,
    SITUACAO,
    OBSERVACOES,
    MARCADORES,
    TELEFONE,
    DATA_PREVISTA,
    FORGET_SERIAL,
    DELETE
  }

  /** Does it now; the answer is the id of the order it was done to. */
  long perform(Deed deed, long id, List<String> texts) {
    synchronized (book) {
      long done = apply(deed, id, texts);
      write(deed, id, texts);
      return done;
    }
  }

  /**
   * Makes the account: as the file says if it has entries, otherwise as of today.
   *
   * @throws IllegalStateException if the file was made with another seed or number of orders
   * @throws UncheckedIOException if it cannot be read or written
   */
  void open(Path path, long seed, int orders) {
    synchronized (book) {
      try {
        List<JsonNode> lines = Files.exists(path) ? read(path) : List.of();
        ObjectNode first = lines.isEmpty() ? first(seed, orders) : (ObjectNode) lines.get(0);
        if (first.path("seed").asLong() != seed || first.path("orders").asInt() != orders) {
          throw new IllegalStateException(
              "%s was made with SIMULATOR_SEED=%s and SIMULATOR_ORDERS=%s; set these, or delete it"
                  .formatted(path, first.path("seed"), first.path("orders")));
        }
        life.begin(orders, LocalDate.parse(first.path("day").asText()));
        lines.stream().skip(1).forEach(this::repeat);
        clock.goTo(null);
        rewrite(path, lines.isEmpty() ? List.of(first) : lines);
        file = Files.newBufferedWriter(path, UTF_8, CREATE, APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot keep the diary %s (%s); set SIMULATOR_STATE to a directory that can be written"
                .formatted(path, e.getMessage()),
            e);
      }
    }
  }

  void close() {
    synchronized (book) {
      if (file != null) {
        try {
          file.close();
        } catch (IOException e) {
          throw new UncheckedIOException("the last deeds may be missing from the diary", e);
        } finally {
          file = null;
        }
      }
    }
  }

  private long apply(Deed deed, long id, List<String> texts) {
    switch (deed) {
      case STEP -> life.step();
      case CREATE -> {
        return life.createOrder();
      }
      case SITUACAO -> life.setSituacao(id, Integer.parseInt(texts.get(0)));
      case OBSERVACOES ->
          book.update(id, order -> order.with(order.notes().withObservacoes(texts.get(0))));
      case MARCADORES ->
          book.update(id, order -> order.with(order.progress().withMarcadores(texts)));
      case TELEFONE -> book.updateCustomer(book.customerOf(id), c -> c.withTelefone(texts.get(0)));
      case DATA_PREVISTA ->
          book.update(id, order -> order.with(order.progress().withDataPrevista(texts.get(0))));
      case FORGET_SERIAL -> book.update(id, order -> order.with(order.device().forgetful()));
      case DELETE -> book.delete(id);
    }
    return id;
  }

  private void write(Deed deed, long id, List<String> texts) {
    if (file == null) {
      return;
    }
    ObjectNode line =
        JsonNodeFactory.instance
            .objectNode()
            .put("at", clock.instant().toString())
            .put("deed", deed.name())
            .put("id", id);
    texts.forEach(line.putArray("texts")::add);
    try {
      file.write(line + "\n");
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the diary; is the disk full?", e);
    }
  }

  private void repeat(JsonNode line) {
    List<String> texts = new ArrayList<>();
    line.path("texts").forEach(text -> texts.add(text.asText()));
    clock.goTo(Instant.parse(line.path("at").asText()));
    apply(Deed.valueOf(line.path("deed").asText()), line.path("id").asLong(), texts);
  }

  private ObjectNode first(long seed, int orders) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("seed", seed)
        .put("orders", orders)
        .put("day", LocalDate.ofInstant(clock.instant(), OrderActivity.ZONE).toString());
  }

  private static List<JsonNode> read(Path path) throws IOException {
    String text = Files.readString(path, UTF_8);
    List<JsonNode> lines = new ArrayList<>();
    for (int from = 0, to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      lines.add(JSON.readTree(text.substring(from, to)));
      from = to + 1;
    }
    return lines;
  }

  /** Leaves only whole lines, so that the next one does not continue a broken one. */
  private static void rewrite(Path path, List<? extends JsonNode> lines) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.writeString(fresh, text, UTF_8);
    Files.move(fresh, path, REPLACE_EXISTING);
  }
}
