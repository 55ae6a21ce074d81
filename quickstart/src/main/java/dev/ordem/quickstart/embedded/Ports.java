package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.IntPredicate;

/**
 * Loopback ports that stay the same from one start to the next as long as nobody else has taken
 * them, so that a bookmark or a psql line keeps working.
 */
public final class Ports {
  private final HomeState state;

  Ports(HomeState state) {
    this.state = state;
  }

  /**
   * The port remembered under {@code name} if it is free and under no other name, else another free
   * one, which is remembered from now on.
   */
  public int remembered(String name) throws StartException {
    return remembered(name, Ports::isFree);
  }

  int remembered(String name, IntPredicate free) throws StartException {
    String key = "port." + name;
    String known = state.get(key);
    if (known != null
        && known.matches("[1-9][0-9]{0,4}")
        && !state.isUnderAnotherKey(key, known)
        && free.test(Integer.parseInt(known))) {
      return Integer.parseInt(known);
    }
    String port;
    do {
      port = Integer.toString(anyFree());
    } while (state.isUnderAnotherKey(key, port));
    state.put(key, port);
    return Integer.parseInt(port);
  }

  private static boolean isFree(int port) {
    return isFree("127.0.0.1", port);
  }

  /** Whether something could listen there now. */
  public static boolean isFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFree() throws StartException {
    try {
      return UnusedPort.find();
    } catch (IOException e) {
      throw new StartException("No free port on 127.0.0.1: " + e.getMessage(), e);
    }
  }
}
