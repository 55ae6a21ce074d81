package dev.ordem.detail.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an event: the entry as it is now, and what to tell.
 *
 * @param content null if it did not change
 */
record Decision(@Nullable Content content, Standing standing, List<Effect> effects) {
  Decision {
    effects = List.copyOf(effects);
  }
}
