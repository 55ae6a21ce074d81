package dev.ordem.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The numbers whose XOR makes a certificate: the first 64 bits of an MD5, which Postgres computes
 * as {@code ('x' || left(md5(text), 16))::bit(64)::bigint}. Two different sets of a million such
 * numbers agree by chance once in 2^64; it is a guard against mistakes, not against forgers. Thread
 * safe.
 */
public final class Checksum {
  private static final ThreadLocal<MessageDigest> MD5 = ThreadLocal.withInitial(Checksum::md5);

  private Checksum() {}

  /** Of an order in its present revision: of {@code "{id}:{revision}"}. */
  public static long ofOrder(long osId, long revision) {
    return of(osId + ":" + revision);
  }

  /**
   * Of a transition: of {@code "{id}:{sequence}:{from}:{to}"}.
   *
   * @param from null is written as nothing
   */
  public static long ofChange(long osId, long sequence, @Nullable Integer from, int to) {
    return of(osId + ":" + sequence + ":" + (from == null ? "" : from) + ":" + to);
  }

  private static long of(String text) {
    byte[] digest = MD5.get().digest(text.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has MD5", e);
    }
  }
}
