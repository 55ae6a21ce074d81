package dev.ordem.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class UnusedPortTest {
  @RepeatedTest(50)
  void isNoneThatAClientMayBeGiven() throws Exception {
    int port = UnusedPort.find();

    assertThat(port).isBetween(1_024, 32_767);
    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.isBound()).isTrue();
    }
  }

  /** Several servers are given theirs before the first of them listens. */
  @Test
  void isGivenOnce() throws Exception {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      assertThat(ports.add(UnusedPort.find())).isTrue();
    }
  }
}
