package dev.ordem.detail.ledger.store;

import dev.ordem.contract.OrderKey;
import java.util.UUID;

/**
 * Keys of stores, made so that their order as text is the order in which they are to be read.
 * Orders of an account lie together, by their numbers: a letter for how many digits there are goes
 * before them.
 */
public final class StoreKeys {
  private StoreKeys() {}

  public static String of(OrderKey key) {
    String digits = Long.toString(key.osId());
    return key.account() + ":" + (char) ('a' + digits.length()) + digits;
  }

  public static OrderKey order(String key) {
    int colon = key.indexOf(':');
    return new OrderKey(key.substring(0, colon), Long.parseLong(key.substring(colon + 2)));
  }

  /** Before all orders of an account. */
  public static String first(String account) {
    return account + ":";
  }

  /** Behind all orders of an account: {@code ;} follows {@code :}. */
  public static String last(String account) {
    return account + ";";
  }

  /** The first key behind this one. */
  public static String behind(String key) {
    return key + '\u0000';
  }

  /** A claim, among those of its run. */
  public static String byRun(UUID run, OrderKey order) {
    return "r/" + run + "/" + of(order);
  }

  /** A claim, among those of its order. */
  public static String byOrder(OrderKey order, UUID run) {
    return "o/" + of(order) + "/" + run;
  }

  /** Before all claims of a run. */
  public static String ofRun(UUID run) {
    return "r/" + run + "/";
  }

  /** Before all claims of an order. */
  public static String ofOrder(OrderKey order) {
    return "o/" + of(order) + "/";
  }

  /** Behind all keys that begin with this, which ends with a slash: {@code 0} follows it. */
  public static String end(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + "0";
  }

  public static OrderKey orderOfClaim(String byRun) {
    return order(byRun.substring(byRun.lastIndexOf('/') + 1));
  }

  public static UUID runOfClaim(String byOrder) {
    return UUID.fromString(byOrder.substring(byOrder.lastIndexOf('/') + 1));
  }
}
