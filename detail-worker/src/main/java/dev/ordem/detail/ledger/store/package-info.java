/**
 * What the ledger keeps beside orders, and how all that it keeps is found and written.
 *
 * <p><b>State.</b> Of a run {@link dev.ordem.detail.ledger.store.Run}, of an account {@link
 * dev.ordem.detail.ledger.store.Account}, of a run and an order together {@link
 * dev.ordem.detail.ledger.store.Claim}, and {@link dev.ordem.detail.ledger.store.PendingWork}: what
 * is worked off in steps. {@link dev.ordem.detail.ledger.store.StoreKeys} are made so that their
 * order is the one in which they are read.
 *
 * <p><b>Guarantees.</b> What one version wrote each later one reads, byte for byte as it was. The
 * numbers of an account move with each step of an order by the difference of before and after, so
 * that nothing can be told without being counted; the counts of a run add up at any moment.
 *
 * <p><b>Failures.</b> All bytes carry a version ({@link dev.ordem.detail.ledger.store.StateSerde});
 * a newer one stops the ledger, and so do bytes that cannot be read. What is too large to be kept
 * or told is known before it is written ({@link dev.ordem.detail.ledger.store.SizeLimits}), as a
 * transactional producer that was given one record too many bytes cannot go on with any other.
 */
@NullMarked
package dev.ordem.detail.ledger.store;

import org.jspecify.annotations.NullMarked;
