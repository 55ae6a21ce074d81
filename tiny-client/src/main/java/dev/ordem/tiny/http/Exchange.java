package dev.ordem.tiny.http;

import java.io.IOException;
import okhttp3.Headers;

/** What one request brought: everything there is to know for deciding what to do next. */
public sealed interface Exchange {
  /** Those of the answer, as far as one came. */
  Headers headers();

  /** A whole answer. */
  @SuppressWarnings("ArrayRecordComponent") // read once; never compared, never shared
  record Answered(int status, Headers headers, byte[] body) implements Exchange {}

  /** An answer whose body is larger than the client reads. */
  record Oversized(int status, Headers headers, int mostBytes) implements Exchange {}

  /** An answer that broke off in its body. */
  record BrokenOff(int status, Headers headers, IOException cause, boolean timedOut)
      implements Exchange {}

  /** No answer; {@code sent}: the server may have received the request. */
  record Lost(IOException cause, boolean sent, boolean timedOut) implements Exchange {
    @Override
    public Headers headers() {
      return Headers.of();
    }
  }
}
