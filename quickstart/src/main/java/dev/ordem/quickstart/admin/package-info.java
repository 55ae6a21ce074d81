/**
 * What an administrator does once for an installation, and may do again at any time: topics and
 * tables, a user of Kafka and a role of Postgres for each service, and for each other team that
 * reads the topics.
 *
 * <p><b>Guarantee.</b> After {@code prepare} each service may do what it needs and nothing else:
 * what it has beyond {@link dev.ordem.quickstart.admin.KafkaRights} and {@code rights.sql} is taken
 * away. Passwords are set to what the files say. The database is taken for Ordem's own: whoever has
 * no role of it may not connect any more. Nothing else of the brokers or of Postgres is touched;
 * subscribers are known by the beginning of their users' names.
 *
 * <p><b>Failures.</b> Each step can be repeated: one that failed half way is mended by the next.
 */
@NullMarked
package dev.ordem.quickstart.admin;

import org.jspecify.annotations.NullMarked;
