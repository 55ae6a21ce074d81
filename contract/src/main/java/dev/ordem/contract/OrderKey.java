package dev.ordem.contract;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The key of every record about one service order: {@code "{account}:{osId}"}.
 *
 * @param account name of the Tiny account: lower-case letters, digits and hyphens
 * @param osId Tiny's {@code id} of the service order, positive
 */
public record OrderKey(String account, long osId) {
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** Refuses an account that would make the key ambiguous. */
  public OrderKey {
    Objects.requireNonNull(account, "account");
    if (!ACCOUNT.matcher(account).matches()) {
      throw new IllegalArgumentException(
          "account \"" + account + "\": use lower-case letters, digits and hyphens");
    }
    if (osId <= 0) {
      throw new IllegalArgumentException("osId " + osId + ": Tiny's ids are positive");
    }
  }

  /**
   * Reads the form that {@link #toString} writes.
   *
   * @throws IllegalArgumentException if {@code text} is anything else
   */
  public static OrderKey parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("key \"" + text + "\" is not \"account:osId\"");
    }
    try {
      return new OrderKey(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("key \"" + text + "\" is not \"account:osId\"", e);
    }
  }

  @Override
  public String toString() {
    return account + ":" + osId;
  }
}
