/**
 * The application and the limits that each account has of its own, and the encryption of secrets.
 *
 * <p>What the variables say of {@code TINY_ACCOUNT} is written into its row at each start, and
 * every process reads rows. An application that differs from the one before is proved at once by a
 * renewal. A secret that cannot be decrypted stays as it is, until there is a new token to go with
 * another.
 */
@NullMarked
package dev.ordem.tiny.account.application;

import org.jspecify.annotations.NullMarked;
