package dev.ordem.tiny.order;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of headers, in the order of the answer.
 *
 * @param headers those that could be read
 * @param unreadable those that could not: they never fail their page
 * @param limit the limit that the server applied (which may be less than asked), or the one asked
 *     where it does not say
 * @param offset the one that was asked for: rows tell by their ids where they belong, whatever the
 *     server says of its page
 * @param total orders that match the query, where the server says so
 */
public record HeaderPage(
    List<OrderHeader> headers,
    List<UnreadableHeader> unreadable,
    int limit,
    long offset,
    @Nullable Long total) {

  /** Copies the lists. */
  public HeaderPage {
    headers = List.copyOf(headers);
    unreadable = List.copyOf(unreadable);
  }
}
