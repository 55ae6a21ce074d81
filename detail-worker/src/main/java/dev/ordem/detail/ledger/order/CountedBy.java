package dev.ordem.detail.ledger.order;

import java.util.UUID;

/**
 * A run counted an order.
 *
 * @param from the reading from which on the run counts orders
 */
public record CountedBy(UUID run, long from) {}
