/**
 * Runs over HTTP: asking for one, looking at them, what may be done to one, and the plan of one
 * before it is asked for.
 *
 * <p>What is allowed is decided by the functions of Postgres that SQL and the schedule use too. The
 * plan counts calls by the same rules by which the producer decides what a run reads, and turns
 * them into time by the account's quota: it makes no call to Tiny but one, for the length of the
 * list.
 */
@NullMarked
package dev.ordem.producer.api.runs;

import org.jspecify.annotations.NullMarked;
