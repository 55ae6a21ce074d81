package dev.ordem.contract;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A record was written by a newer version of Ordem. Whoever meets it must stop before it, not step
 * over it: the record is good, and this version cannot read it.
 */
public final class NewerSchemaException extends SerializationException {
  private static final long serialVersionUID = 1L;

  NewerSchemaException(String topic, int found, int known) {
    super(
        topic
            + ": a record of schema "
            + found
            + " where this version of Ordem reads up to schema "
            + known
            + "; upgrade this service");
  }
}
