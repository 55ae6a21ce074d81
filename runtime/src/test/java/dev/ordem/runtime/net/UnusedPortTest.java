package dev.ordem.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.RepeatedTest;

class UnusedPortTest {
  @RepeatedTest(50)
  void isNoneThatAClientMayBeGiven() throws Exception {
    int port = UnusedPort.find();

    assertThat(port).isBetween(1_024, 32_767);
    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.isBound()).isTrue();
    }
  }
}
