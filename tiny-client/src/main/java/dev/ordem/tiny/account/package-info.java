/**
 * Tiny accounts and their tokens, shared by every process on one database.
 *
 * <p>Their quota is in {@link dev.ordem.tiny.quota}.
 *
 * <h2>Tokens: the guarantee</h2>
 *
 * A refresh token is sent once, or again where no answer came. It dies with its use, so the new
 * pair is stored before anything is done with it. Whoever wants to renew marks the row first, in a
 * transaction of its own, for a minute; nobody else renews that version meanwhile. Five minutes
 * before expiry (for short-lived tokens, after four fifths of their life) any process renews,
 * working or idle, so the refresh token, which lives one day, never grows old while one process
 * lives.
 *
 * <p>A thread of each process looks for renewals every two seconds. An account whose renewal fails
 * keeps no other waiting. When it fails, hangs, or dies of an Error, {@code Accounts.upkeep} says
 * so, and {@code ordem_token_upkeep_age_seconds} grows; a service whose keeper is dead is not live
 * any more, for nobody would renew the tokens of its accounts while they are idle.
 *
 * <p>States of an account: <em>ready</em>, or <em>authorisation required</em>, which survives
 * restarts and ends when a person connects the account, or configures a refresh token never seen
 * before.
 *
 * <ul>
 *   <li>Killed before the answer, or before it was stored: when the minute is over the next holder
 *       sends the old token once more. Either it was never used, and all is well; or it was, and
 *       Tiny says {@code invalid_grant}: authorisation required. There is no third way, since the
 *       new token is lost.
 *   <li>Token endpoint away, slow or broken: tried again after 2 s, 4 s … 5 min. No verdict is made
 *       of it; the old access token is used as long as it lives.
 *   <li>401 for a call: one renewal, one repeat. 401 again within a minute of such a renewal: the
 *       account is left alone, since renewing does not help.
 *   <li>Wrong key: nothing is deleted; the account waits for the key or for a person.
 * </ul>
 *
 * <h2>Whose an authorisation is</h2>
 *
 * Each account has an application of its own; the variables describe {@code TINY_ACCOUNT} alone. An
 * authorisation is taken for an account only if the company is the account's and has no other name
 * here ({@link dev.ordem.tiny.account.owner.AccountOwner} says how companies are compared), or if a
 * person says so; what cannot be read is a doubt, and no doubt is settled in silence. Until then
 * nothing that was stored is touched. One that came by configuration is compared before its first
 * use, and waits, saying so, while it cannot be. A renewal has the owner that it had, or is refused.
 *
 * <p>Tokens are encrypted at rest with {@code ORDEM_SECRET_KEY}. To rotate, put the new key in
 * front of the old one; with the next renewal, hours later, nothing is encrypted with the old one.
 */
@NullMarked
package dev.ordem.tiny.account;

import org.jspecify.annotations.NullMarked;
