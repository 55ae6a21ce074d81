package dev.ordem.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a client and a server and can freeze: connections stay open, nothing comes through
 * any more.
 */
final class FreezingProxy implements AutoCloseable {
  private final ServerSocket front;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean frozen;

  FreezingProxy(int target) throws IOException {
    this.target = target;
    this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return front.getLocalPort();
  }

  void freeze() {
    frozen = true;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = front.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(client);
      sockets.add(server);
      daemon(() -> forward(client, server));
      daemon(() -> forward(server, client));
    }
  }

  private void forward(Socket from, Socket to) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[8192];
    int count;
    while ((count = in.read(bytes)) >= 0) {
      if (frozen) {
        return;
      }
      out.write(bytes, 0, count);
    }
    to.shutdownOutput();
  }

  /** What a connection does; that it ends is nothing to tell. */
  @FunctionalInterface
  private interface Body {
    void run() throws IOException;
  }

  private void daemon(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) { // one side hung up
              }
            },
            "freezing-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    front.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
