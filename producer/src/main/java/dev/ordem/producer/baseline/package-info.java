/** baseline. */
@NullMarked
package dev.ordem.producer.baseline;

import org.jspecify.annotations.NullMarked;
