package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ordem.bench.fuzz.MutationKind.Level;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides what becomes of each answer, and keeps what was done to whom. An order is <i>touched</i>
 * once an answer that tells of it said something else than Tiny, or nothing. Thread safe.
 */
final class Mutations {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** Of pages, in a hundred: their frame; how they are sent. */
  private static final int ENVELOPES = 3;

  private static final int PAGES = 8;

  /** One answer in so many concerns the whole account, which then rests for a minute. */
  private static final int ACCOUNT_ONE_IN = 10_000;

  private final long seed;
  private final Set<Long> orders;
  private final Map<Long, Integer> answers = new ConcurrentHashMap<>();
  private final Set<Long> touched = ConcurrentHashMap.newKeySet();
  private final Set<Long> unshown = ConcurrentHashMap.newKeySet();
  private final Set<Long> phantoms = ConcurrentHashMap.newKeySet();
  private final Map<MutationKind, AtomicLong> counts = new EnumMap<>(MutationKind.class);
  private final AtomicLong all = new AtomicLong();
  private final AtomicLong mutated = new AtomicLong();
  private volatile boolean on = true;

  /**
   * Draws from {@code seed}.
   *
   * @param orders that there are
   */
  Mutations(long seed, Set<Long> orders) {
    this.seed = seed;
    this.orders = Set.copyOf(orders);
    for (MutationKind kind : MutationKind.values()) {
      counts.put(kind, new AtomicLong());
    }
  }

  /** From now on every answer is what the API said. */
  void stop() {
    on = false;
  }

  /** What is sent in the place of {@code answer} to a call for {@code target}. */
  Wire of(String target, WireAnswer answer) {
    if (!on || answer.status() != 200) {
      return Wire.well(answer);
    }
    long number = all.incrementAndGet();
    Random random = Fate.random(seed, -1, number);
    if (random.nextInt(ACCOUNT_ONE_IN) == 0) {
      counted(MutationKind.ACCOUNT);
      return HttpMutations.apply(MutationKind.ACCOUNT, answer, random);
    }
    String path = target.split("\\?", -1)[0];
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.matches("[0-9]+") ? detail(Long.parseLong(last), answer) : page(answer, random);
  }

  private Wire detail(long order, WireAnswer answer) {
    Fate fate = Fate.of(seed, order);
    MutationKind kind = fate.kind();
    Random random = next(order, fate);
    if (kind == null || fate.listed() || random == null) {
      return Wire.well(answer);
    }
    if (kind.level() == Level.HTTP) {
      touched.add(order);
      counted(kind);
      return HttpMutations.apply(kind, answer, random);
    }
    byte[] body = spoilt(kind, answer.body(), random);
    if (!Arrays.equals(body, answer.body())) {
      touched.add(order);
      counted(kind);
    }
    return Wire.well(answer.withBody(body));
  }

  private Wire page(WireAnswer answer, Random random) {
    PageItems page = PageItems.of(answer.body());
    boolean items = spoilItems(page);
    int drawn = random.nextInt(100);
    if (drawn < ENVELOPES) {
      touched.addAll(page.ids());
      counted(MutationKind.ENVELOPE);
      return Wire.well(answer.withBody(page.oddBody(random)));
    }
    for (long order : page.ids()) {
      MutationKind forEver = Fate.ofPages(seed, order);
      if (forEver != null) {
        touched.add(order);
        unshown.add(order);
        counted(forEver);
        return HttpMutations.apply(forEver, answer, Fate.random(seed, order, 0));
      }
    }
    WireAnswer sent = items ? answer.withBody(page.body()) : answer;
    if (drawn < ENVELOPES + PAGES) {
      MutationKind kind = Fate.one(Level.HTTP, random);
      counted(kind);
      return HttpMutations.apply(kind, sent, random);
    }
    if (items) {
      mutated.incrementAndGet();
    }
    return Wire.well(sent);
  }

  private boolean spoilItems(PageItems page) {
    boolean any = false;
    for (int i = 0; i < page.ids().size(); i++) {
      long order = page.ids().get(i);
      Fate fate = Fate.of(seed, order);
      MutationKind kind = fate.kind();
      Random random = fate.listed() && kind != null ? next(order, fate) : null;
      if (kind == null || random == null) {
        continue;
      }
      byte[] item = spoilt(kind, page.items().get(i), random);
      if (!Arrays.equals(item, page.items().get(i))) {
        page.items().set(i, item);
        touched.add(order);
        counts.getOrDefault(kind, all).incrementAndGet();
        names(item);
        any = true;
      }
    }
    return any;
  }

  /** An item may now say that it is another order, or one that Tiny does not know. */
  private void names(byte[] item) {
    Matcher number = NUMBER.matcher(new String(item, ISO_8859_1));
    while (number.find()) {
      long id = Long.parseLong(number.group());
      (orders.contains(id) ? touched : phantoms).add(id);
    }
  }

  /** Null: this answer stays as it is. */
  private @org.jspecify.annotations.Nullable Random next(long order, Fate fate) {
    int number = answers.merge(order, 1, Integer::sum);
    return switch (fate.life()) {
      case FOR_EVER -> Fate.random(seed, order, 0);
      case EACH_OTHERWISE -> Fate.random(seed, order, number);
      case ONCE -> number == 1 ? Fate.random(seed, order, 0) : null;
    };
  }

  private static byte[] spoilt(MutationKind kind, byte[] body, Random random) {
    return kind.level() == Level.JSON
        ? JsonMutations.apply(kind, body, random)
        : ByteMutations.apply(kind, body, random);
  }

  private void counted(MutationKind kind) {
    counts.getOrDefault(kind, all).incrementAndGet();
    mutated.incrementAndGet();
  }

  /** Answers so far that were not what the API said. */
  long mutated() {
    return mutated.get();
  }

  /** Answers and items of pages. */
  long count(MutationKind kind) {
    return counts.getOrDefault(kind, all).get();
  }

  Set<Long> touched() {
    return Set.copyOf(touched);
  }

  /** Ids that spoilt items may have shown, and that Tiny does not know. */
  Set<Long> phantoms() {
    return Set.copyOf(phantoms);
  }

  /** Orders that cost every page that held them. */
  Set<Long> unshown() {
    return Set.copyOf(unshown);
  }

  Fate fate(long order) {
    return Fate.of(seed, order);
  }
}
