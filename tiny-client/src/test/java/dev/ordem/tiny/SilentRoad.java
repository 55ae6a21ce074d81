package dev.ordem.tiny;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A road to a server on which connections may fall silent, as behind a router that has forgotten
 * them: nothing is carried any more, neither end is told, and new ones work. Or one is cut, and the
 * caller never hears what the server made of its last word.
 */
final class SilentRoad implements AutoCloseable {
  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int destination;
  private final Queue<Lane> lanes = new ConcurrentLinkedQueue<>();
  private volatile List<String> words = List.of();

  SilentRoad(int destination) throws IOException {
    this.destination = destination;
    daemon(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Those that are open now carry nothing any more. */
  void fallSilent() {
    lanes.forEach(lane -> lane.silent = true);
  }

  /** The connection that says one word and then the other is cut behind that: the server has it. */
  void cutBehind(String word, String other) {
    words = List.of(word, other);
  }

  /** Whether that came to pass. */
  boolean cut() {
    return lanes.stream().anyMatch(lane -> lane.caller.isClosed() && lane.silent);
  }

  private void accept() throws IOException {
    while (true) {
      Socket caller = entrance.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), destination);
      Lane lane = new Lane(caller, server);
      lanes.add(lane);
      daemon(() -> lane.carry(caller, server));
      daemon(() -> lane.carry(server, caller));
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    for (Lane lane : lanes) {
      lane.caller.close();
      lane.server.close();
    }
  }

  /** Ends with the socket that it reads. */
  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.go();
              } catch (IOException e) { // closed
              }
            },
            "silent-road");
    thread.setDaemon(true);
    thread.start();
  }

  @FunctionalInterface
  private interface Work {
    void go() throws IOException;
  }

  private final class Lane {
    private final Socket caller;
    private final Socket server;
    private volatile boolean silent;
    private int heard;

    Lane(Socket caller, Socket server) {
      this.caller = caller;
      this.server = server;
    }

    private boolean isLastWord(String said) {
      List<String> awaited = words;
      if (heard < awaited.size() && said.contains(awaited.get(heard))) {
        heard++;
      }
      boolean last = !awaited.isEmpty() && heard == awaited.size();
      words = last ? List.of() : awaited;
      return last;
    }

    void carry(Socket from, Socket to) throws IOException {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8_192];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        boolean cut = from == caller && isLastWord(new String(bytes, 0, read, US_ASCII));
        if (cut) {
          silent = true;
          caller.close();
        }
        if (cut || !silent) {
          out.write(bytes, 0, read);
        }
      }
      if (!silent) {
        to.shutdownOutput();
      }
    }
  }
}
