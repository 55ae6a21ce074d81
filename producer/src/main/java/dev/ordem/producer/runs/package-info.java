/** runs. */
@NullMarked
package dev.ordem.producer.runs;

import org.jspecify.annotations.NullMarked;
