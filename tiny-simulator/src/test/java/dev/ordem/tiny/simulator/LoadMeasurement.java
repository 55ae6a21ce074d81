package dev.ordem.tiny.simulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Measures how many calls a second the simulator answers: run {@code main} of the test classpath.
 * Not a test, because a test must not depend on how busy the machine is.
 */
final class LoadMeasurement {
  private static final int ORDERS = 20_000;
  private static final int CONNECTIONS = 16;
  private static final long SECONDS = 5;

  private LoadMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(ORDERS);
    try (TinySimulator tiny = new TinySimulator(settings).start()) {
      List<Long> ids = tiny.account().orderIds();
      tiny.live(600);
      for (int round = 0; round < 2; round++) {
        measure(tiny, "detail", n -> "/" + ids.get((int) (n * 7919 % ORDERS)));
        measure(tiny, "page of 100", n -> "?limit=100&orderBy=asc&offset=" + n * 100 % ORDERS);
        measure(
            tiny,
            "page of 100 in situacao 3 since 2025, 600 changes a minute",
            n -> "?situacao=3&dataInicialEmissao=2025-01-01&limit=100&offset=" + n * 100 % 5_000);
      }
    }
  }

  private static void measure(TinySimulator tiny, String what, LongFunction<String> path)
      throws InterruptedException {
    AtomicLong calls = new AtomicLong();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    CountDownLatch done = new CountDownLatch(CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++) {
      new Thread(
              () -> {
                try {
                  hammer(tiny, path, calls, end);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                } finally {
                  done.countDown();
                }
              })
          .start();
    }
    done.await();
    System.out.printf("%s: %d calls a second%n", what, calls.get() / SECONDS);
  }

  private static void hammer(
      TinySimulator tiny, LongFunction<String> path, AtomicLong calls, long end)
      throws IOException {
    String token = tiny.account().accessToken();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tiny.apiUrl().getPort())) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      while (System.nanoTime() < end) {
        String request =
            "GET %s/ordem-servico%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(tiny.apiUrl().getPath(), path.apply(calls.incrementAndGet()), token);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        in.skipNBytes(bodyLength(in));
      }
    }
  }

  private static int bodyLength(InputStream in) throws IOException {
    String status = line(in);
    // A measured account lives: an order may have been deleted under the caller.
    if (!status.contains(" 200 ") && !status.contains(" 404 ")) {
      throw new IOException("answered " + status);
    }
    int length = -1;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return length;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the simulator closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
