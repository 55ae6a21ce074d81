package dev.ordem.tiny.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that acknowledge at once. A server that writes an answer in two pieces and knows Nagle's
 * algorithm holds the second back until the first is acknowledged, which Linux delays by 40 ms: ten
 * times what a near server needs. Where the option does not exist, sockets are ordinary.
 */
final class QuickAckSocketFactory extends SocketFactory {

  private static final class PromptSocket extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      InputStream input = super.getInputStream();
      boolean supported = supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
      return supported ? new PromptInput(this, input) : input;
    }
  }

  /** The kernel forgets the option whenever data is sent: it is set before each read. */
  private static final class PromptInput extends FilterInputStream {
    private final Socket socket;

    PromptInput(Socket socket, InputStream input) {
      super(input);
      this.socket = socket;
    }

    @Override
    public int read() throws IOException {
      socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      return super.read(bytes, offset, length);
    }
  }

  @Override
  public Socket createSocket() {
    return new PromptSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  private static Socket connected(SocketAddress remote, @Nullable SocketAddress local)
      throws IOException {
    Socket socket = new PromptSocket();
    socket.bind(local);
    socket.connect(remote);
    return socket;
  }
}
