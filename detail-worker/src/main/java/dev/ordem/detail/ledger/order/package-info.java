/**
 * What is known of one order, and what is being done about its detail.
 *
 * <p><b>State.</b> {@link dev.ordem.detail.ledger.order.Content} is large, read and written only
 * when it changes: a header that is the same is known by a digest. {@link
 * dev.ordem.detail.ledger.order.Standing} is small, and written on every step. All are values: a
 * new one is made from the one before. Their fields are those of the JSON in the changelogs, so
 * that a field that is renamed is a field that is lost.
 *
 * <p><b>Observations.</b> What an answer shows was so at some moment between question and answer
 * ({@link dev.ordem.detail.ledger.order.Observation}, on the database's clock). An answer that was
 * there before the last question says nothing; a question that was put after the last answer tells
 * a transition if it shows another status, and that lies between the last question and this answer.
 * Where both overlap nobody can say which was later: if they agree they are one, if not nothing is
 * told and the detail is read once more. A time more than five minutes ahead of this host's clock
 * is a wrong clock's: in an event it is taken for now, in the store it is not believed, so that it
 * hides nothing.
 *
 * <p><b>Work.</b> {@code SETTLED → QUEUED → REQUESTED → SETTLED}, or {@code RETRYING → QUEUED}, or
 * {@code PARKED}: {@link dev.ordem.detail.ledger.order.Task}, whose methods are the only ways from
 * one state to the next. {@code Deferred} is not an attempt; a request without an answer is one
 * that failed, after its time.
 *
 * <p><b>Guarantees.</b> An order never has two requests out, as only one fits into its task.
 * Revisions grow, and so do the sequences of its transitions.
 *
 * <p><b>Failures.</b> None: nothing here reads or writes. What a wrong clock or a list without a
 * status says is kept as not known.
 */
@NullMarked
package dev.ordem.detail.ledger.order;

import org.jspecify.annotations.NullMarked;
