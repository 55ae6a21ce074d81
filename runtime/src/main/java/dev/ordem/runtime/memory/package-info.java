/**
 * What a process at rest holds. A service that runs alone, in a container of its own, is one of
 * many on a small machine: it gives back what it does not need.
 */
@NullMarked
package dev.ordem.runtime.memory;

import org.jspecify.annotations.NullMarked;
