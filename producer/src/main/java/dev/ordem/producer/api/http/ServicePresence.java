package dev.ordem.producer.api.http;

/**
 * Whether a service beside the producer is at work.
 *
 * @param name what its line is called
 * @param missing whether nobody is, so that work waits
 * @param said for people, with what to do
 */
public record ServicePresence(String name, boolean missing, String said) {}
