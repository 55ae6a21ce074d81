/** tables. */
@NullMarked
package dev.ordem.sink.tables;

import org.jspecify.annotations.NullMarked;
