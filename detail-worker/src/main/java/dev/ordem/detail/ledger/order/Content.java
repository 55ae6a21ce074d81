package dev.ordem.detail.ledger.order;

import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import org.jspecify.annotations.Nullable;

/**
 * What Tiny last said about an order: the large part of an entry, written only when it changes.
 *
 * @param header null while only the detail was read
 * @param detail null while only the list showed the order
 */
public record Content(@Nullable Header header, @Nullable Detail detail) {
  public static final Content NONE = new Content(null, null);
}
