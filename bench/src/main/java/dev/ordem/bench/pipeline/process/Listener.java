package dev.ordem.bench.pipeline.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Who listens on loopback. */
public final class Listener {
  private Listener() {}

  /** Whether somebody accepts a connection at {@code port} now. */
  public static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
