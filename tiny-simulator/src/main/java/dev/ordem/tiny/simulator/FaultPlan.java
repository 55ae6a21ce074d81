package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Decides what goes wrong with the next call of one account: first what a test has ordered, then
 * what the weather draws. Thread safe.
 */
final class FaultPlan {
  private static final Duration SLOW = Duration.ofSeconds(3);
  private static final double LATENCY_SPREAD = 0.35;
  private static final List<Fault> ERRORS = List.of(Fault.status(500), Fault.status(503));
  private static final List<Fault> DROPS = List.of(Fault.dropConnection(), Fault.dropMidBody());
  private static final List<Fault> GARBAGE =
      List.of(
          Fault.truncateBody(),
          Fault.malformedBody(),
          Fault.htmlWith200(),
          Fault.wrongContentType());

  private final List<Ordered> ordered = new ArrayList<>();
  private final RandomGenerator random;
  private Weather weather;

  FaultPlan(Weather weather, long seed) {
    this.weather = weather;
    this.random = new SplittableRandom(seed);
  }

  synchronized void order(Fault fault, int times) {
    ordered.add(new Ordered(fault, times));
  }

  synchronized void clear() {
    ordered.clear();
  }

  synchronized void change(Weather changed) {
    weather = changed;
  }

  synchronized Fault next(Endpoint endpoint, long orderId) {
    for (Iterator<Ordered> all = ordered.iterator(); all.hasNext(); ) {
      Ordered next = all.next();
      if (next.fault.hits(endpoint, orderId)) {
        next.left--;
        if (next.left == 0) {
          all.remove();
        }
        return next.fault;
      }
    }
    return endpoint == Endpoint.TOKEN ? Fault.NONE : draw();
  }

  /** Log-normal around the median, so that a few answers take twice as long; at most four times. */
  synchronized Duration latency() {
    if (weather.latency().isZero()) {
      return Duration.ZERO;
    }
    double factor = Math.min(4, Math.exp(random.nextGaussian() * LATENCY_SPREAD));
    return Duration.ofNanos((long) (weather.latency().toNanos() * factor));
  }

  private Fault draw() {
    double chance = random.nextDouble();
    if (chance < weather.errors()) {
      return any(ERRORS);
    }
    chance -= weather.errors();
    if (chance < weather.drops()) {
      return any(DROPS);
    }
    chance -= weather.drops();
    if (chance < weather.garbage()) {
      return any(GARBAGE);
    }
    chance -= weather.garbage();
    return chance < weather.slow() ? Fault.slowBody(SLOW) : Fault.NONE;
  }

  private Fault any(List<Fault> faults) {
    return faults.get(random.nextInt(faults.size()));
  }

  private static final class Ordered {
    private final Fault fault;
    private int left;

    private Ordered(Fault fault, int left) {
      this.fault = fault;
      this.left = left;
    }
  }
}
