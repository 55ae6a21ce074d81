/** The Tiny API as we see it. */
@NullMarked
package dev.ordem.tiny;

import org.jspecify.annotations.NullMarked;
