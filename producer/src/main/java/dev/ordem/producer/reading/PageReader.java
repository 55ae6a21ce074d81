package dev.ordem.producer.reading;

import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;

/** Reads one page of headers, as the Tiny client does. */
@FunctionalInterface
public interface PageReader {
  Answer<HeaderPage> read(String account, HeaderQuery query) throws InterruptedException;
}
