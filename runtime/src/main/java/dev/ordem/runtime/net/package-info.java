/**
 * Addresses: those of brokers, as they are written, and ports of this machine for the servers that
 * Ordem brings itself.
 */
@NullMarked
package dev.ordem.runtime.net;

import org.jspecify.annotations.NullMarked;
