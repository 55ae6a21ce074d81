/** What Ordem asks of this machine's network: ports for the servers that it brings itself. */
@NullMarked
package dev.ordem.runtime.net;

import org.jspecify.annotations.NullMarked;
