package dev.ordem.bench.pipeline.process;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Kills processes of a fleet, drawn at random, with SIGKILL, and starts each again. */
public final class Killer {
  private static final int BROKER_ONE_IN = 8;

  private final Fleet fleet;
  private final Random random;
  private int count;

  public Killer(Fleet fleet, Random random) {
    this.fleet = fleet;
    this.random = random;
  }

  /**
   * So many kills, one every few seconds. A process is started again at once or after a while, and
   * nobody waits until it is ready: the next one may be killed before.
   */
  public void kill(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      Waiting.pause(Duration.ofMillis(3000 + random.nextInt(4000)));
      if (random.nextInt(BROKER_ONE_IN) == 0) {
        System.err.println("kills the broker");
        fleet.broker().replace();
      } else {
        List<String> names = fleet.running();
        String name = names.get(random.nextInt(names.size()));
        System.err.println("kills " + name);
        fleet.kill(name);
        Waiting.pause(Duration.ofMillis(random.nextInt(2000)));
        fleet.start(name);
      }
      count++;
    }
  }

  public int count() {
    return count;
  }
}
