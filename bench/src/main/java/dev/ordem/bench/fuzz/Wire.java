package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ordem.bench.pipeline.process.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes over the connection.
 *
 * @param parts one after the other
 * @param between what passes between two of them
 * @param closes whether the connection ends with the last
 */
record Wire(List<byte[]> parts, Duration between, boolean closes) {
  Wire {
    parts = List.copyOf(parts);
  }

  /** As servers do it. */
  static Wire well(WireAnswer answer) {
    String length = "Content-Length: " + answer.body().length + "\r\n";
    return whole(head(answer, length), answer.body(), false);
  }

  static Wire whole(byte[] head, byte[] body, boolean closes) {
    return new Wire(List.of(head, body), Duration.ZERO, closes);
  }

  /** In so many pieces. */
  static Wire slowly(WireAnswer answer, int pieces, Duration between) {
    byte[] body = answer.body();
    List<byte[]> parts = new ArrayList<>();
    parts.add(head(answer, "Content-Length: " + body.length + "\r\n"));
    for (int i = 0; i < pieces; i++) {
      int from = (int) ((long) body.length * i / pieces);
      int to = (int) ((long) body.length * (i + 1) / pieces);
      parts.add(java.util.Arrays.copyOfRange(body, from, to));
    }
    return new Wire(parts, between, true);
  }

  /** Status line and headers, {@code more} the last of them. */
  static byte[] head(WireAnswer answer, String more) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Said\r\n");
    for (WireAnswer.Header header : answer.headers()) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    return head.append(more).append("\r\n").toString().getBytes(ISO_8859_1);
  }

  void send(OutputStream out) throws IOException, InterruptedException {
    for (byte[] part : parts) {
      out.write(part);
      out.flush();
      if (!between.isZero()) {
        Waiting.pause(between);
      }
    }
  }
}
