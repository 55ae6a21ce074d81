/**
 * Service orders as Tiny shows them: what is asked for, and how its JSON is read.
 *
 * <p>An order needs its id; whatever else cannot be read is null, and counted by field in {@code
 * ordem_tiny_drift_total} ({@code kind}: {@code unknown} field, {@code missing} field, new JSON
 * {@code type}, {@code value} not understood), so that a change that Tiny does not announce shows
 * on a graph. A status that is not known is kept as it is; a time with a zone becomes one of São
 * Paulo; what no store can hold is replaced when the body is read ({@link
 * dev.ordem.tiny.order.StorableJson}). One bad header never fails its page: it is named beside
 * those that could be read. The JSON itself is kept as received, and {@link
 * dev.ordem.tiny.order.StoredOrder} reads it again as leniently.
 */
@NullMarked
package dev.ordem.tiny.order;

import org.jspecify.annotations.NullMarked;
