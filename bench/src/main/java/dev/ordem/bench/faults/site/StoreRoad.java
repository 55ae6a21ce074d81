package dev.ordem.bench.faults.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to another one, over which a service reaches a store. It can be cut, or carry
 * nothing for a while. Thread safe.
 */
final class StoreRoad implements AutoCloseable {
  private static final int BUFFER = 16 << 10;

  private final ServerSocket server;
  private final int to;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean cut;
  private boolean held;

  private StoreRoad(ServerSocket server, int to) {
    this.server = server;
    this.to = to;
  }

  static StoreRoad open(int to) throws IOException {
    StoreRoad road = new StoreRoad(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), to);
    road.daemon(road::accept);
    return road;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Breaks all connections, and those that are tried until it is mended. */
  synchronized void cut() {
    cut = true;
    sockets.forEach(StoreRoad::end);
  }

  /** Connections stay and bytes stop, in both directions, until it is mended. */
  synchronized void hold() {
    held = true;
  }

  /** All goes as before; what was held arrives. */
  synchronized void mend() {
    cut = false;
    held = false;
    notifyAll();
  }

  private synchronized boolean isCut() {
    return cut;
  }

  private synchronized void awaitCarrying() throws InterruptedException {
    while (held) {
      wait();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        daemon(() -> join(near));
      } catch (IOException e) {
        if (!server.isClosed()) {
          System.err.println("a road does not accept: " + e);
        }
      }
    }
  }

  private void join(Socket near) {
    try {
      awaitCarrying();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
      sockets.add(near);
      sockets.add(far);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      if (isCut()) {
        end(near);
        end(far);
      }
      daemon(() -> carry(near, far));
      carry(far, near);
    } catch (IOException | InterruptedException e) {
      end(near); // nobody listens there, and so nobody does here
    }
  }

  private void carry(Socket from, Socket into) {
    byte[] buffer = new byte[BUFFER];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        awaitCarrying();
        into.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // One side has ended: the other is told below.
    } finally {
      end(from);
      end(into);
      sockets.remove(from);
      sockets.remove(into);
    }
  }

  private void daemon(Runnable work) {
    Thread thread = new Thread(null, work, "road-" + port(), 128 << 10);
    thread.setDaemon(true);
    thread.start();
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      System.err.println("closing " + socket + ": " + e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
