package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between the product and the API: hands on each call, and gives the answer to {@link
 * Mutations} before it sends it, byte for byte. Calls without a body only.
 */
final class MutatingServer implements AutoCloseable {
  /** Set anew for each answer, or of the connection to the API alone. */
  private static final Set<String> OWN =
      Set.of("content-length", "transfer-encoding", "connection", "date", ":status");

  private final ServerSocket socket;
  private final URI api;
  private final Mutations mutations;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private MutatingServer(ServerSocket socket, URI api, Mutations mutations) {
    this.socket = socket;
    this.api = api;
    this.mutations = mutations;
  }

  static MutatingServer start(URI api, Mutations mutations) throws IOException {
    MutatingServer server =
        new MutatingServer(
            new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), api, mutations);
    server.threads.execute(server::accept);
    return server;
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + api.getPath();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        threads.execute(() -> serve(connection));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        List<String> head = head(in);
        if (head.isEmpty()) {
          return;
        }
        Wire wire = mutations.of(target(head), ask(head));
        wire.send(connection.getOutputStream());
        goesOn = !wire.closes();
      }
    } catch (IOException ignored) { // the product has gone, as it may
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
    }
  }

  private static String target(List<String> head) {
    return head.get(0).split(" ", -1)[1];
  }

  /** Request line and headers; empty at the end of the connection. */
  private static List<String> head(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        line.write(next);
        continue;
      }
      String text = line.toString(ISO_8859_1).strip();
      line.reset();
      if (text.isEmpty()) {
        return lines;
      }
      lines.add(text);
    }
    return List.of();
  }

  private WireAnswer ask(List<String> head) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(target(head)));
    for (String line : head) {
      if (line.toLowerCase(Locale.ROOT).startsWith("authorization:")) {
        request.header("Authorization", line.substring(line.indexOf(':') + 1).strip());
      }
    }
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    List<WireAnswer.Header> headers = new ArrayList<>();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> headers.add(new WireAnswer.Header(name, value)));
              }
            });
    return new WireAnswer(answer.statusCode(), headers, answer.body());
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }
}
