/**
 * Runs: what a person or the schedule asks for, carried out.
 *
 * <p>A command is taken from {@code sync-commands} by one transaction that holds its offset and the
 * run's new state. A run reads Tiny's list in one or more passes ({@link dev.ordem.producer.Plan}),
 * page by page ({@link dev.ordem.producer.Pages}); each page is one transaction that holds its
 * headers and the run's cursor. Behind the last page stands a marker in every partition. From then
 * on the run waits for what others report: the ledger, that every detail it asked for is dealt
 * with; the sink's committed offsets, that all of it is stored.
 *
 * <p><b>Guarantee.</b> A header that was in the list during a whole pass is not missed, however the
 * list moves meanwhile. Whoever reads committed records sees a page and the cursor behind it or
 * neither, so a run that was interrupted goes on where it stopped, by itself. A run is COMPLETE
 * only if its headers were read to the end, every item of them could be read, no detail it asked
 * for is missing, and the sink has committed everything the ledger wrote until then.
 *
 * <p><b>States.</b> A run is QUEUED, RUNNING, then COMPLETE, PARTIAL, FAILED or CANCELED; the
 * latter three can be resumed. The runs of one account are read one at a time, oldest first; while
 * the details of one settle the next may read. Of several producers the one that holds the
 * partition of commands is active; the others stand by and serve the API.
 *
 * <p><b>Failures.</b> A page that fails is tried again, ever slower; if it fails too often, or in a
 * way that will not heal, the headers are FAILED, and what was read is still completed: the run
 * ends PARTIAL, or FAILED if nothing was read. <em>Later</em> is no failure: the run waits. An item
 * that cannot be read goes to {@code ordem.dlq} in its page's transaction, and the run ends
 * PARTIAL. A producer whose transaction fails in any way, fencing among them, gives up what it
 * does, joins the group again and goes on from what the topics say, or stands by. As long as the
 * sink is away a run stays RUNNING, and says so.
 */
@NullMarked
package dev.ordem.producer;

import org.jspecify.annotations.NullMarked;
