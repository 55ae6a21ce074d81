/** What crosses a topic. */
@NullMarked
package dev.ordem.contract;

import org.jspecify.annotations.NullMarked;
