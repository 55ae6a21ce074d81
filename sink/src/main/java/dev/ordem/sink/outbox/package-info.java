/** outbox. */
@NullMarked
package dev.ordem.sink.outbox;

import org.jspecify.annotations.NullMarked;
