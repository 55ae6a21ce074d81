/**
 * Members of consumer groups, and the clock of their host.
 *
 * <p>A consumer of Kafka reckons by the host's clock when its next heartbeat is due, and never goes
 * back in time ({@code org.apache.kafka.common.utils.Timer}): while a clock that was set back has
 * not come again to where it was, it sends none, and the group throws it out after each session,
 * for minutes or hours. So a {@link dev.ordem.contract.group.GroupConsumer} that sees its host's
 * clock go back ends, and whoever reads with it makes another.
 *
 * <p>What a consumer had read and not committed is read again, as after any rebalance.
 */
@NullMarked
package dev.ordem.contract.group;

import org.jspecify.annotations.NullMarked;
