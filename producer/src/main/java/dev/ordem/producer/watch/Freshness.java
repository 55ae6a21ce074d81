package dev.ordem.producer.watch;

import java.time.Duration;
import java.util.List;

/**
 * How often the watch comes by, by the policy's intervals for an account of which nothing is known:
 * what changes seldom is then looked at the less often.
 *
 * @param open between two looks at a page of open or new orders
 * @param all until every order was looked at
 */
public record Freshness(Duration open, Duration all) {
  /**
   * What a quota buys, if nothing else uses it.
   *
   * @param limit calls in a window, above 0
   * @param share of them that looks may use, above 0 to 1
   * @param inOpenStatuses how many orders stand in each open status
   */
  public static Freshness of(
      int limit, Duration window, double share, List<Long> inOpenStatuses, long orders) {
    double perSecond = share * limit / (window.toMillis() / 1000.0);
    long quick = 1 + inOpenStatuses.stream().mapToLong(SlicePlan::pages).sum();
    long ranges = SlicePlan.pages(orders);
    double ratio = Math.sqrt(LookPolicy.timesWorth(quick, ranges));
    double open = (quick + ranges / ratio) / perSecond;
    double all = ratio * open;
    double sweep = LookPolicy.SWEEP.toSeconds();
    if (all > sweep) { // then every fourth look goes on with the sweep
      all = Math.max(sweep, LookPolicy.ONE_OF * ranges / perSecond);
      open = quick / (perSecond - ranges / all);
    }
    return new Freshness(seconds(open), seconds(all));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (1000 * seconds));
  }
}
