package dev.ordem.bench.fuzz;

import dev.ordem.bench.fuzz.MutationKind.Level;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What befalls the answers about one order: drawn from the seed and its id, so that the next run
 * with that seed does the same to it.
 *
 * @param listed whether it is the order's item in lists, not its detail
 * @param kind null: nothing befalls it
 */
record Fate(boolean listed, @Nullable MutationKind kind, Life life) {
  /** How often. */
  enum Life {
    /** The same answer is always the same. */
    FOR_EVER,
    /** Each answer is spoilt in another way of its kind. */
    EACH_OTHERWISE,
    ONCE
  }

  /** Shares in a thousand. */
  private static final int SOUND = 400;

  private static final int ITEMS = 250;
  private static final int ITEM_BYTES = 100;
  private static final int DETAIL_JSON = 550;
  private static final int DETAIL_BYTES = 200;

  /** Of orders, one costs every page that holds it, and another one with an account's status. */
  private static final int ONE_IN = 1_500;

  private static final long PAGES_OF_IT = -2;

  static Fate of(long seed, long order) {
    Random random = random(seed, order, 0);
    if (random.nextInt(1000) < SOUND) {
      return new Fate(false, null, Life.ONCE);
    }
    boolean listed = random.nextInt(1000) < ITEMS;
    int level = random.nextInt(1000);
    Level drawn;
    if (listed) {
      drawn = level < ITEM_BYTES ? Level.BYTES : Level.JSON;
    } else if (level < DETAIL_JSON) {
      drawn = Level.JSON;
    } else {
      drawn = level < DETAIL_JSON + DETAIL_BYTES ? Level.BYTES : Level.HTTP;
    }
    return new Fate(listed, one(drawn, random), life(random.nextInt(100)));
  }

  /** What befalls, for ever, each page of a list that holds this order; null: nothing. */
  static @Nullable MutationKind ofPages(long seed, long order) {
    Random random = random(seed, order, PAGES_OF_IT);
    int drawn = random.nextInt(ONE_IN);
    if (drawn > 1) {
      return null;
    }
    return drawn == 1 ? MutationKind.ACCOUNT : one(Level.HTTP, random);
  }

  private static Life life(int percent) {
    if (percent < 70) {
      return Life.FOR_EVER;
    }
    return percent < 85 ? Life.EACH_OTHERWISE : Life.ONCE;
  }

  static MutationKind one(Level level, Random random) {
    List<MutationKind> kinds = MutationKind.of(level);
    return kinds.get(random.nextInt(kinds.size()));
  }

  /** A source of its own for each order and answer. */
  static Random random(long seed, long order, long answer) {
    Random mixed = new Random(seed * 0x9E3779B97F4A7C15L + order);
    return new Random(mixed.nextLong() + answer * 0xBF58476D1CE4E5B9L);
  }
}
