package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Spoils how a good answer is sent, or sends another one in its place. */
final class HttpMutations {
  private static final int HUGE = 9 << 20;
  private static final List<Integer> ACCOUNT = List.of(401, 402, 403, 429);
  private static final List<String> ODD =
      List.of(
          "",
          "-1",
          "0",
          "4",
          "1",
          "100000",
          "999999999999",
          "NaN",
          "1e9",
          "0x10",
          " 7 ",
          "7, 8",
          "60.5",
          "\u00e9",
          "1764216000");

  private HttpMutations() {}

  static Wire apply(MutationKind kind, WireAnswer answer, Random random) {
    return switch (kind) {
      case STATUS -> withStatus(answer, random);
      case ACCOUNT -> refused(answer, ACCOUNT.get(random.nextInt(ACCOUNT.size())), random);
      case CONTENT_TYPE -> Wire.well(answer.with("Content-Type", types(random)));
      case CONTENT_ENCODING -> Wire.well(answer.with("Content-Encoding", encodings(random)));
      case CONTENT_LENGTH -> withLength(answer, random);
      case CHUNKS -> chunks(answer, random);
      case DRIP -> Wire.slowly(answer, 1 + random.nextInt(40), Duration.ofMillis(100));
      case RATE_HEADERS -> Wire.well(rates(answer, random));
      case REDIRECT -> redirect(answer, random);
      case NO_ANSWER -> cut(answer, random);
      case ODD_HEAD -> oddHead(answer, random);
      case HUGE_BODY -> Wire.well(answer.withBody(" ".repeat(HUGE).getBytes(UTF_8)));
      default -> throw new IllegalArgumentException(kind + " is none of HTTP");
    };
  }

  private static Wire withStatus(WireAnswer answer, Random random) {
    int status = 200 + random.nextInt(400);
    return ACCOUNT.contains(status) ? withStatus(answer, random) : refused(answer, status, random);
  }

  private static Wire refused(WireAnswer answer, int status, Random random) {
    byte[] said = body(answer, status, random);
    Wire wire = Wire.well(answer.withStatus(status, said));
    boolean none = status == 204 || status == 205 || status == 304;
    return new Wire(wire.parts(), Duration.ZERO, none || random.nextInt(4) == 0);
  }

  private static byte[] body(WireAnswer answer, int status, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new byte[0];
      case 1 -> "<html><body>Bad gateway</body></html>".getBytes(UTF_8);
      case 2 -> "{\"mensagem\":\"n\u00e3o\",\"detalhes\":[{\"campo\":1}]}".getBytes(UTF_8);
      case 3 -> "{\"mensagem\":{\"a\":[\"\\ud800\"]},\"detalhes\":7}".getBytes(UTF_8);
      case 4 -> "[1,".getBytes(UTF_8);
      case 5 -> "\u0000\u00ff\u00fe".repeat(1 + random.nextInt(40_000)).getBytes(ISO_8859_1);
      case 6 -> ("{\"mensagem\":\"" + "x".repeat(1 << 17) + "\"}").getBytes(UTF_8);
      default -> status == 200 ? new byte[] {'{', '}'} : answer.body();
    };
  }

  private static List<String> types(Random random) {
    return List.of(
            List.<String>of(),
            List.of("text/html; charset=utf-8"),
            List.of("application/json; charset=utf-16"),
            List.of("application/json; charset=nonsense", "image/png"),
            List.of("/;;"))
        .get(random.nextInt(5));
  }

  private static List<String> encodings(Random random) {
    return List.of(
            List.of("gzip"),
            List.of("br"),
            List.of("deflate"),
            List.of("gzip", "gzip"),
            List.of("x"))
        .get(random.nextInt(5));
  }

  private static Wire withLength(WireAnswer answer, Random random) {
    int length = answer.body().length;
    String said =
        List.of(
                String.valueOf(length + 1 + random.nextInt(1000)),
                String.valueOf(random.nextInt(length + 1)),
                "-1",
                "abc",
                "99999999999999999999",
                length + "\r\nContent-Length: " + (length + 7),
                "0")
            .get(random.nextInt(7));
    byte[] head = Wire.head(answer, "Content-Length: " + said + "\r\n");
    return Wire.whole(head, answer.body(), true);
  }

  private static Wire chunks(WireAnswer answer, Random random) {
    byte[] head = Wire.head(answer, "Transfer-Encoding: chunked\r\n");
    String body = new String(answer.body(), ISO_8859_1);
    String size = Integer.toHexString(body.length());
    String sent =
        switch (random.nextInt(5)) {
          case 0 -> size + "\r\n" + body.substring(0, random.nextInt(body.length() + 1));
          case 1 -> "zz\r\n" + body + "\r\n0\r\n\r\n";
          case 2 -> size + "\r\n" + body + "\r\n";
          case 3 -> "7fffffffffffffff\r\n" + body;
          default -> size + ";x=\"y\"\r\n" + body + "\r\n0\r\nX-Trailer: 1\r\n\r\n";
        };
    return Wire.whole(head, sent.getBytes(ISO_8859_1), true);
  }

  private static WireAnswer rates(WireAnswer answer, Random random) {
    WireAnswer odd = answer;
    for (String name : List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")) {
      odd =
          switch (random.nextInt(3)) {
            case 0 -> odd;
            case 1 -> odd.with(name, List.of(odd(random)));
            default -> odd.with(name, List.of(odd(random), odd(random), odd(random)));
          };
    }
    return odd.with("Retry-After", List.of(odd(random)));
  }

  private static String odd(Random random) {
    return ODD.get(random.nextInt(ODD.size()));
  }

  private static Wire redirect(WireAnswer answer, Random random) {
    String to =
        List.of("/public-api/v3/ordem-servico/1", "http://[::", "", "file:///etc/passwd")
            .get(random.nextInt(4));
    return Wire.well(
        answer
            .withStatus(List.of(300, 301, 302, 303, 307, 308).get(random.nextInt(6)), new byte[0])
            .with("Location", List.of(to)));
  }

  /** Nothing, or a part of the head; then the connection is gone. */
  private static Wire cut(WireAnswer answer, Random random) {
    byte[] head = Wire.head(answer, "Content-Length: " + answer.body().length + "\r\n");
    int length = random.nextBoolean() ? 0 : random.nextInt(head.length);
    return new Wire(List.of(java.util.Arrays.copyOf(head, length)), Duration.ZERO, true);
  }

  private static Wire oddHead(WireAnswer answer, Random random) {
    String length = "Content-Length: " + answer.body().length + "\r\n";
    String more =
        switch (random.nextInt(5)) {
          case 0 -> "no colon\r\n" + length;
          case 1 -> "X-Long: " + "y".repeat(300_000) + "\r\n" + length;
          case 2 -> "X\u0000: \u00ff\r\n" + length;
          case 3 -> "X-Many: 1\r\n".repeat(5_000) + length;
          default -> ": \r\n" + length;
        };
    byte[] head = Wire.head(answer, more);
    if (random.nextInt(4) == 0) {
      head[random.nextInt(12)] = (byte) random.nextInt(256);
    }
    return Wire.whole(head, answer.body(), true);
  }
}
