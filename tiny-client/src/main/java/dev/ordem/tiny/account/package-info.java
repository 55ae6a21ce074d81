/** Tokens and quota of Tiny accounts, shared by every process on one database. */
@NullMarked
package dev.ordem.tiny.account;

import org.jspecify.annotations.NullMarked;
