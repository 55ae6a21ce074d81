package dev.ordem.detail.ledger.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ordem.contract.InstantText;
import dev.ordem.contract.Lane;
import dev.ordem.detail.ledger.order.CountedBy;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The form of nearly every standing, byte by byte as Jackson writes it: that of an order which is
 * listed and read, and which nothing waits for. For each header of a run one is read and written,
 * so that Jackson's way to records is much of what a run costs. Any other standing is left to
 * Jackson, and so is one that somebody wrote in another order or with more fields.
 */
final class StandingForm {
  private static final byte[] TRUE = bytes("true");
  private static final byte[] FALSE = bytes("false");
  private static final byte[] STATUS = bytes("{\"status\":{\"situacao\":");
  private static final byte[] LAST = bytes(",\"last\":");
  private static final byte[] SEQUENCE = bytes(",\"sequence\":");
  private static final byte[] LISTING = bytes("},\"listing\":{\"at\":");
  private static final byte[] FINGERPRINT = bytes(",\"fingerprint\":\"");
  private static final byte[] DIGEST = bytes(",\"digest\":");
  private static final byte[] TOO_LARGE = bytes(",\"tooLarge\":");
  private static final byte[] READ = bytes("},\"read\":{\"at\":");
  private static final byte[] COVERED = bytes(",\"covered\":\"");
  private static final byte[] TOLD = bytes("},\"told\":{\"revision\":");
  private static final byte[] CHANGES = bytes(",\"changes\":");
  private static final byte[] CHANGES_XOR = bytes(",\"changesXor\":");
  private static final byte[] COUNTED_BY = bytes("},\"countedBy\":[");
  private static final byte[] RUN = bytes("{\"run\":\"");
  private static final byte[] FROM = bytes(",\"from\":");
  private static final byte[] END = bytes("}");
  private static final byte[] COMMA = bytes(",");
  private static final byte[] ROUND = bytes("],\"round\":");
  private static final byte[] SETTLED = bytes(",\"task\":{\"state\":\"settled\",\"since\":\"");
  private static final byte[] WANT = bytes(",\"want\":{\"lane\":\"");
  private static final byte[] RUN_ID = bytes(",\"runId\":\"");
  private static final byte[] FREE = bytes(",\"free\":");
  private static final byte[] AUDIT = bytes(",\"audit\":");
  private static final byte[] LAST_END = bytes("}}}");
  private static final byte[] ASKED = bytes("{\"asked\":\"");
  private static final byte[] ANSWERED = bytes(",\"answered\":\"");

  private final StringBuilder json = new StringBuilder(640);

  private StandingForm() {}

  /** The version and the JSON; null if it has another form. */
  static byte @Nullable [] write(byte version, Standing order) {
    StandingForm form = new StandingForm();
    form.json.append((char) version);
    return form.add(order) ? form.json.toString().getBytes(ISO_8859_1) : null;
  }

  /** Null if the JSON has another form. */
  static @Nullable Standing read(byte[] bytes, int from) {
    try {
      PlainReader json = new PlainReader(bytes, from);
      Standing standing = standing(json);
      return json.ended() ? standing : null;
    } catch (PlainReader.OtherForm e) {
      return null;
    }
  }

  private boolean add(Standing order) {
    ObservedStatus status = order.status();
    Listing listing = order.listing();
    DetailRead read = order.read();
    if (status == null || listing == null || read == null || read.covered() == null) {
      return false;
    }
    boolean usual = order.told().removedAt() == null && order.unlisted() == null;
    if (!usual || !plain(listing.fingerprint()) || !plain(read.covered())) {
      return false;
    }
    add(STATUS).append(status.situacao());
    add(LAST, status.last());
    add(SEQUENCE).append(status.sequence());
    add(LISTING, listing.at());
    add(FINGERPRINT).append(listing.fingerprint()).append('"');
    add(DIGEST).append(listing.digest());
    add(TOO_LARGE).append(listing.tooLarge());
    add(READ, read.at());
    add(COVERED).append(read.covered()).append('"');
    add(TOLD).append(order.told().revision());
    add(CHANGES).append(order.told().changes());
    add(CHANGES_XOR).append(order.told().changesXor());
    addCounts(order.countedBy());
    add(ROUND).append(order.round());
    return order.task() instanceof Task.Settled settled && add(settled);
  }

  private boolean add(Task.Settled task) {
    FetchReason want = task.want();
    add(SETTLED).append(InstantText.of(task.since())).append('"');
    add(WANT).append(want.lane().name()).append('"');
    if (want.runId() != null) {
      add(RUN_ID).append(want.runId()).append('"');
    }
    add(FREE).append(want.free());
    add(AUDIT).append(want.audit());
    add(LAST_END);
    return true;
  }

  private void addCounts(List<CountedBy> counts) {
    add(COUNTED_BY);
    for (int i = 0; i < counts.size(); i++) {
      if (i > 0) {
        add(COMMA);
      }
      add(RUN).append(counts.get(i).run()).append('"');
      add(FROM).append(counts.get(i).from());
      add(END);
    }
  }

  private void add(byte[] name, Observation at) {
    add(name);
    add(ASKED).append(InstantText.of(at.asked())).append('"');
    add(ANSWERED).append(InstantText.of(at.answered())).append("\"}");
  }

  private StringBuilder add(byte[] literal) {
    for (byte each : literal) {
      json.append((char) each);
    }
    return json;
  }

  /** Whether each character is a byte, and none is escaped. */
  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each < ' ' || each > '~' || each == '"' || each == '\\') {
        return false;
      }
    }
    return true;
  }

  private static Standing standing(PlainReader json) throws PlainReader.OtherForm {
    int situacao = json.pass(STATUS).integer();
    Observation seen = observation(json.pass(LAST));
    long sequence = json.pass(SEQUENCE).number();
    Observation listed = observation(json.pass(LISTING));
    String fingerprint = json.pass(FINGERPRINT).text();
    long digest = json.pass(DIGEST).number();
    boolean tooLarge = json.pass(TOO_LARGE).flag(TRUE, FALSE);
    Observation read = observation(json.pass(READ));
    String covered = json.pass(COVERED).text();
    long revision = json.pass(TOLD).number();
    long changes = json.pass(CHANGES).number();
    long changesXor = json.pass(CHANGES_XOR).number();
    List<CountedBy> counts = counts(json.pass(COUNTED_BY));
    long round = json.pass(ROUND).number();
    return new Standing(
        new ObservedStatus(situacao, seen, sequence),
        new Listing(listed, fingerprint, digest, tooLarge),
        new DetailRead(read, covered.equals(fingerprint) ? fingerprint : covered),
        new PublishedOrder(revision, null, changes, changesXor),
        null,
        counts,
        round,
        settled(json.pass(SETTLED)));
  }

  private static Task settled(PlainReader json) throws PlainReader.OtherForm {
    var since = json.instant();
    Lane lane = lane(json.pass(WANT).text());
    UUID run = json.next(RUN_ID) ? json.uuid() : null;
    boolean free = json.pass(FREE).flag(TRUE, FALSE);
    boolean audit = json.pass(AUDIT).flag(TRUE, FALSE);
    json.pass(LAST_END);
    return new Task.Settled(since, new FetchReason(lane, run, free, audit));
  }

  private static List<CountedBy> counts(PlainReader json) throws PlainReader.OtherForm {
    List<CountedBy> counts = new ArrayList<>(2);
    while (json.next(RUN)) {
      UUID run = json.uuid();
      counts.add(new CountedBy(run, json.pass(FROM).number()));
      json.pass(END);
      json.next(COMMA);
    }
    return counts;
  }

  private static Observation observation(PlainReader json) throws PlainReader.OtherForm {
    var asked = json.pass(ASKED).instant();
    var answered = json.pass(ANSWERED).instant();
    json.pass(END);
    return new Observation(asked, answered);
  }

  private static Lane lane(String name) throws PlainReader.OtherForm {
    for (Lane lane : Lane.values()) {
      if (lane.name().equals(name)) {
        return lane;
      }
    }
    throw new PlainReader.OtherForm();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
