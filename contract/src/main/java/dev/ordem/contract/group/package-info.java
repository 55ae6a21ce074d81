/**
 * Members of consumer groups, Kafka's other clients, and the clock of their host.
 *
 * <p>A consumer of Kafka reckons by the host's clock when its next heartbeat is due, and never goes
 * back in time ({@code org.apache.kafka.common.utils.Timer}): while a clock that was set back has
 * not come again to where it was, it sends none, and the group throws it out after each session,
 * for minutes or hours; and a poll into which the step falls does not end before. So a thread looks
 * at the clock once a second, a {@link dev.ordem.contract.group.GroupConsumer} whose host's clock
 * went back by three seconds ends, and whoever reads with it makes another.
 *
 * <p>All clients wait by that clock: to connect again, to send again, for what does not come. One
 * whose last attempt to connect lies ahead of the clock makes no other until then. So those that
 * live long give their place to another, too ({@link dev.ordem.contract.group.ReplacedClient}):
 * what they had not sent fails, and whoever wanted it sends it again. A producer that waits for its
 * id just then lets go of what it had when its clock has caught up.
 *
 * <p>What a consumer had read and not committed is read again, as after any rebalance.
 */
@NullMarked
package dev.ordem.contract.group;

import org.jspecify.annotations.NullMarked;
