package dev.ordem.detail.ledger.decision;

import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an event: the entry as it is now, and what to tell.
 *
 * @param content null if it did not change
 */
public record Decision(@Nullable Content content, Standing standing, List<Effect> effects) {
  public Decision {
    effects = List.copyOf(effects);
  }
}
