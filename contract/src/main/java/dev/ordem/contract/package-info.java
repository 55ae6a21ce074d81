/**
 * What crosses a topic.
 *
 * <p>The three services share no memory and call no service of each other; they meet in {@link
 * dev.ordem.contract.Topics}. An event is a record of the sealed family {@link
 * dev.ordem.contract.Event}; its JSON carries the version of its schema, its Kafka record the
 * attributes of CloudEvents 1.0.
 *
 * <p><b>Guarantee.</b> Bytes written by an earlier build of the same schema version are read by
 * every later one: golden files hold them. A reader ignores fields it does not know and refuses a
 * record that lacks a field it needs, naming it; such a record goes to {@link
 * dev.ordem.contract.Topics#DLQ}, not to the floor.
 *
 * <p><b>Failures.</b> {@link org.apache.kafka.common.errors.SerializationException} for a record
 * that cannot be read; {@link dev.ordem.contract.TopicAdmin.IncompatibleTopicsException} for a
 * topic that is there and would break the pipeline.
 */
@NullMarked
package dev.ordem.contract;

import org.jspecify.annotations.NullMarked;
