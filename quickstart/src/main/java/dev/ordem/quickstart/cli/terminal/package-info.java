/**
 * What the commands show: lines for people, JSON for scripts, and how a command ends.
 *
 * <p>Nothing in here asks anybody: it is given an answer of the API, and makes text of it. On a
 * terminal a run is a bar that repaints itself, elsewhere a plain line now and then.
 */
@NullMarked
package dev.ordem.quickstart.cli.terminal;

import org.jspecify.annotations.NullMarked;
