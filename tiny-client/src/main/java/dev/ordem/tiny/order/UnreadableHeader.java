package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An item of a list that is no header.
 *
 * @param raw the item as received
 * @param message which field, with which value, of which order, and what was expected
 * @param row which one of the page it is, from 0
 */
public record UnreadableHeader(JsonNode raw, String message, int row) {}
