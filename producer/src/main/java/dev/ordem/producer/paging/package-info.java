/** paging. */
@NullMarked
package dev.ordem.producer.paging;

import org.jspecify.annotations.NullMarked;
