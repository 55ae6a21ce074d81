package dev.ordem.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A limiter that is measured. Its name on the command line is the constant's in small letters. */
enum Contender {
  /** Ours, whole: the client with its tokens, its permits and its ear for the server's word. */
  ORDEM("Ordem"),
  /** A share of the limit for each process, in fixed cycles. */
  RESILIENCE4J("resilience4j RateLimiter"),
  /** A token bucket with a share of the limit for each process. */
  BUCKET4J("Bucket4j"),
  /** One token bucket for all, in Postgres. */
  BUCKET4J_POSTGRES("Bucket4j in Postgres"),
  /** One token bucket for all, in Postgres, that saves nothing up. */
  BUCKET4J_POSTGRES_EVEN("Bucket4j in Postgres, capacity 1"),
  /** A share of the limit for each process, evenly spaced. */
  FAILSAFE_SMOOTH("Failsafe, smooth"),
  /** A share of the limit for each process, in fixed periods. */
  FAILSAFE_BURSTY("Failsafe, bursty");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  static Contender of(String text) {
    return Arrays.stream(values())
        .filter(contender -> contender.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no limiter %s; there are %s".formatted(text, List.of(values()))));
  }

  static String all() {
    return Arrays.stream(values()).map(Contender::toString).collect(Collectors.joining(","));
  }
}
