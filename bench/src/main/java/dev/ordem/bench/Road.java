package dev.ordem.bench;

import dev.ordem.bench.Terms.Delays;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network between a caller and the server: whatever is sent arrives later, each time by another
 * while, so that calls arrive neither when nor in the order they were sent. A limiter that only
 * looks at when it let a call go is at the mercy of this.
 */
final class Road implements AutoCloseable {
  private static final long SAME_MESSAGE_NANOS = 3_000_000;

  private final URI destination;
  private final Delays delays;
  private final SplittableRandom seeds;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listener;

  Road(URI destination, Delays delays, long seed) {
    this.destination = destination;
    this.delays = delays;
    this.seeds = new SplittableRandom(seed);
  }

  /** Opens the road and returns the destination's address at this end. */
  URI open() throws IOException {
    ServerSocket opened = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    listener = opened;
    daemon(() -> accept(opened), "road");
    return URI.create("http://127.0.0.1:" + opened.getLocalPort() + destination.getPath());
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        connect(from.accept());
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void connect(Socket caller) throws IOException {
    Socket server = new Socket();
    server.connect(new InetSocketAddress(destination.getHost(), destination.getPort()));
    for (Socket socket : new Socket[] {caller, server}) {
      socket.setTcpNoDelay(true);
      open.add(socket);
    }
    SplittableRandom there = seeds.split();
    SplittableRandom back = seeds.split();
    daemon(() -> carry(caller, server, there), "road-there");
    daemon(() -> carry(server, caller, back), "road-back");
  }

  private void carry(Socket from, Socket to, SplittableRandom random) {
    byte[] buffer = new byte[64 * 1024];
    long delivered = System.nanoTime() - SAME_MESSAGE_NANOS;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (System.nanoTime() - delivered >= SAME_MESSAGE_NANOS) {
          TimeUnit.NANOSECONDS.sleep(delay(random));
        }
        out.write(buffer, 0, length);
        out.flush();
        delivered = System.nanoTime();
      }
    } catch (IOException e) {
      // Either end is gone, perhaps killed: the other shall know.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shut(from);
      shut(to);
    }
  }

  private long delay(SplittableRandom random) {
    return random.nextLong(delays.least().toNanos(), delays.most().toNanos() + 1);
  }

  private void shut(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    ServerSocket opened = listener;
    if (opened != null) {
      opened.close();
    }
    open.forEach(this::shut);
  }
}
