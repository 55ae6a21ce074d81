package dev.ordem.detail.ledger;

import java.time.Instant;

/**
 * The status as observed last.
 *
 * @param situacao Tiny's code
 * @param lastSeenAt the newest observation of it
 * @param sequence how many transitions were observed, the first observation included
 */
record Status(int situacao, Instant lastSeenAt, long sequence) {}
