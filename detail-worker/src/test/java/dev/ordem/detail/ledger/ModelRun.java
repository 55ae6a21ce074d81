package dev.ordem.detail.ledger;

import dev.ordem.contract.Mode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A run, as the book of runs has it. */
final class ModelRun {
  static final List<Integer> OPEN = List.of(0, 1, 2, 5, 6);

  final UUID id;
  final String account;
  final Mode mode;
  final boolean headersOnly;

  /** Whether Tiny shows it nothing: the wrong company, a suspended account. */
  final boolean blind;

  /** Most details to ask for in each partition. */
  final long max;

  Phase phase = Phase.READING;
  long reading;
  @Nullable UUID generation;

  /** When Tiny was asked for the first page; null: it was not yet. */
  @Nullable Long began;

  long highestKnown;
  long lastId;
  int pass;
  boolean headersOver;

  /** Whether the end that was written says that all was read. */
  boolean whole;

  boolean confirmed;
  boolean implausible;
  @Nullable ModelPage inFlight;

  enum Phase {
    READING,
    SETTLING,
    PARTIAL,
    COMPLETE,
    CANCELED,
    FORGOTTEN
  }

  ModelRun(UUID id, String account, Mode mode, boolean headersOnly, boolean blind, long max) {
    this.id = id;
    this.account = account;
    this.mode = mode;
    this.headersOnly = headersOnly;
    this.blind = blind;
    this.max = max;
  }

  /** From the first page. */
  void readAnew() {
    began = null;
    generation = null;
    lastId = 0;
    pass = 0;
    headersOver = false;
    whole = false;
    confirmed = false;
    implausible = false;
    inFlight = null;
    phase = Phase.READING;
  }

  /** A page was written; whether there is another. */
  boolean advance(ModelPage page) {
    if (!page.items().isEmpty()) {
      lastId = Math.max(lastId, page.items().get(page.items().size() - 1).id());
    }
    if (mode == Mode.INCREMENTAL) {
      pass++;
      return pass <= OPEN.size();
    }
    return !page.last();
  }

  @Override
  public String toString() {
    return mode + " " + id.getLeastSignificantBits() + " of " + account + " " + phase;
  }
}
