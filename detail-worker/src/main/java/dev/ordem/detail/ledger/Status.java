package dev.ordem.detail.ledger;

/**
 * The status as observed last.
 *
 * @param situacao Tiny's code
 * @param last between which moments it was last seen to be so
 * @param sequence of the last transition; the first observation is 1
 */
record Status(int situacao, Observation last, long sequence) {}
