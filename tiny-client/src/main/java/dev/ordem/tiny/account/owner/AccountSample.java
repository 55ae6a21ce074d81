package dev.ordem.tiny.account.owner;

import dev.ordem.tiny.quota.Feedback;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an account shows of itself: its oldest orders, which are least likely to change or go.
 *
 * @param orders the oldest, at most ten
 * @param total how many orders it has; null: Tiny does not say
 */
public record AccountSample(List<Order> orders, @Nullable Long total) {
  /** How many orders are asked for. */
  public static final int SIZE = 10;

  /** Copies the list. */
  public AccountSample {
    orders = List.copyOf(orders);
  }

  /**
   * One order: two companies' orders may have the same id, but not the same id, number, date and
   * customer. The customer counts by id: one whose name is changed is the same.
   */
  public record Order(
      long id, @Nullable String numero, @Nullable String data, @Nullable Long clienteId) {

    /** The same for the same order. */
    String key() {
      String text = numero + "\n" + data + "\n" + clienteId;
      return id + ":" + fingerprint(text);
    }

    /** Enough of a hash to tell a few orders from each other. */
    private static String fingerprint(String text) {
      try {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 12));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /** Reads what an account shows. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Makes one call.
     *
     * @param mayLeave asked just before the request leaves
     */
    Attempt read(String accessToken, BooleanSupplier mayLeave) throws InterruptedException;
  }

  /**
   * What came of one call.
   *
   * @param taught of the quota
   * @param again whether it may heal at once
   */
  public record Attempt(SampleReading reading, Feedback taught, boolean again) {}

  public List<String> keys() {
    return orders.stream().map(Order::key).toList();
  }
}
