package dev.ordem.runtime.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * A port for a server that is to come back where it was. It is none of those that a system gives to
 * clients (RFC 6335, section 6: from 49152; Linux: from 32768): while the server is away, a client
 * that connects to such a port may be given that very port, and the server cannot return.
 */
public final class UnusedPort {
  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int ATTEMPTS = 200;
  private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

  private UnusedPort() {}

  /**
   * One that nobody listens at on loopback now, and no other call in this process was given: its
   * server may not have begun yet. May be called by any thread.
   *
   * @throws IOException if none was found
   */
  public static int find() throws IOException {
    RandomGenerator random = RandomGenerator.getDefault();
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = random.nextInt(FIRST, END);
      if (isFree(port) && FOUND.add(port)) {
        return port;
      }
    }
    throw new IOException("nothing is free from " + FIRST + " to " + (END - 1));
  }

  private static boolean isFree(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket socket = new ServerSocket(port, 1, loopback)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
