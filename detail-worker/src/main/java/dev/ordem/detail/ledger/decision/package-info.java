/**
 * What follows from an event for the order that it is about: pure functions of entry, event and
 * time.
 *
 * <p>{@link dev.ordem.detail.ledger.decision.Decisions} takes what is heard of an order, from
 * lists, people and markers; {@link dev.ordem.detail.ledger.decision.RequestDecisions} what becomes
 * of a request. Both give a {@link dev.ordem.detail.ledger.decision.Decision}: the entry as it is
 * now, and as {@link dev.ordem.detail.ledger.decision.Effect}s all that is to be told. No store, no
 * topic, no clock.
 *
 * <p><b>Guarantees.</b> Transitions are told once each, without a gap, each beginning where the
 * last one ended. What is to be told is found by comparing what was with what is, so that no
 * decision can change an entry and forget to say so. What nobody wants any more, because every run
 * that claims it is cancelled, is not asked for, wherever it waits.
 *
 * <p><b>What is told.</b> {@code os-enriched} when the order itself or the time of its detail
 * changed; not for another sighting that shows nothing new, so {@code headerSeenAt} there is that
 * of the last sighting that led to a change. The work state when it changes.
 *
 * <p><b>Baseline.</b> {@code BaselineOrder}s bring what Postgres knows, and are told again in the
 * revision that they have; so is the work on an order, if there is any.
 *
 * <p><b>Removal.</b> Two whole reads, an hour apart and believed by the judge of the run, do not
 * show the order, and Tiny answers 404 to its detail: a tombstone, and the content is forgotten. A
 * 404 before that makes it a suspect, which is left alone until it is listed or missed once more. A
 * 404 on an order that the list shows is a failure like any other.
 *
 * <p><b>Failures.</b> An attempt that failed is repeated after the waits of {@link
 * dev.ordem.detail.ledger.decision.LedgerRules}; then the order is parked, with a letter, until a
 * person or a run asks for it anew. What is too large to be kept parks it at once.
 */
@NullMarked
package dev.ordem.detail.ledger.decision;

import org.jspecify.annotations.NullMarked;
