/**
 * Whose orders a database holds ({@link dev.ordem.tiny.account.owner.StoreIdentity}: which API),
 * whose an authorisation is, and whether it may be taken for an account.
 *
 * <p>Known is what its tokens claim ({@link dev.ordem.tiny.account.owner.TokenClaims}; it may be
 * nothing) and the account's oldest orders ({@link dev.ordem.tiny.account.owner.AccountSample}),
 * kept in the table {@code identity} beyond a disconnect. {@link
 * dev.ordem.tiny.account.owner.AccountOwner#match} compares companies; {@link
 * dev.ordem.tiny.account.owner.OwnerCheck} refuses another company under a known name, a known
 * company under another name, and what may be either; a person can overrule each. Nothing in here
 * stores a token.
 */
@NullMarked
package dev.ordem.tiny.account.owner;

import org.jspecify.annotations.NullMarked;
