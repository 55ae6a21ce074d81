/** repair. */
@NullMarked
package dev.ordem.sink.repair;

import org.jspecify.annotations.NullMarked;
