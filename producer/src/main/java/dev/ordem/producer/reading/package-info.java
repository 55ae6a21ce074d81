/**
 * Reads the headers of a run from Tiny into Kafka.
 *
 * <p>{@code RunReader} goes through the lists of the run's plan ({@link
 * dev.ordem.producer.paging.Plan}); {@code PassReader} reads one list page by page, by way of
 * {@code PageCalls}, which ask the run's row before each call; {@code PageWriter} has each page
 * acknowledged by {@code os-headers} before the cursor moves in the run's row; {@code
 * EndOfHeadersWriter} writes the markers behind the last page.
 *
 * <p>A reader that Tiny may not be called for now keeps its lease and all that it knows, and no
 * thread: {@code PageCalls.Rest} ends its turn, and in the next it goes on where it stood.
 *
 * <p><b>Guarantee.</b> A page may be written twice, which the ledger knows by the reading; it is
 * never passed unwritten. Only the holder of the lease moves the cursor.
 *
 * <p><b>Failures.</b> A page that Tiny cannot serve is asked for in smaller pieces, and the row at
 * fault is gone round and named ({@code UnreadableRowSkipper}), or a range of rows, of any length;
 * a place that is served is asked for in between, or else the list is down ({@code RowProbe}).
 * {@code ReadingStopped}: the run is not this reader's any more, and nothing further is written.
 * {@code ReadingGivenUp}: no further page can be read; the headers are FAILED, and what was read is
 * still completed. Kafka, also where a neighbour's failure took the producer that all share: the
 * run is let go and read on at its cursor.
 */
@NullMarked
package dev.ordem.producer.reading;

import org.jspecify.annotations.NullMarked;
