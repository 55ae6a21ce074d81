package dev.ordem.sink.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server, and can hold the connections that are there for ever,
 * without a word, while it carries new ones: a proxy of a host that was replaced.
 */
final class SilentProxy implements AutoCloseable {
  private final ServerSocket front;
  private final int target;
  private final List<Carried> carried = new CopyOnWriteArrayList<>();

  SilentProxy(int target) throws IOException {
    this.target = target;
    this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return front.getLocalPort();
  }

  /** Nothing comes through the connections of now any more, and none of them ends. */
  void silence() {
    carried.forEach(each -> each.silent = true);
  }

  private void accept() throws IOException {
    while (true) {
      Carried one =
          new Carried(front.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
      carried.add(one);
      daemon(() -> one.forward(one.client, one.server));
      daemon(() -> one.forward(one.server, one.client));
    }
  }

  private static final class Carried {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;

    Carried(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void forward(Socket from, Socket to) throws IOException {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      int count;
      while ((count = in.read(bytes)) >= 0) {
        if (!silent) {
          out.write(bytes, 0, count);
        }
      }
      if (!silent) {
        to.shutdownOutput();
      }
    }
  }

  /** What a connection does; that it ends is nothing to tell. */
  @FunctionalInterface
  private interface Body {
    void run() throws IOException;
  }

  private static void daemon(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) { // one side hung up
              }
            },
            "silent-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    front.close();
    for (Carried each : carried) {
      each.client.close();
      each.server.close();
    }
  }
}
