package dev.ordem.tiny.http;

import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.EventListener;

/** How far one request came, and whether it may leave: travels with it as a tag. */
public final class RequestTag {
  /** Notes in a request's journey that its first byte may have left. */
  static final EventListener LISTENER =
      new EventListener() {
        @Override
        public void requestHeadersStart(Call call) {
          RequestTag journey = call.request().tag(RequestTag.class);
          if (journey != null) {
            journey.sent = true;
          }
        }
      };

  private final BooleanSupplier mayLeave;
  private volatile boolean sent;

  RequestTag(BooleanSupplier mayLeave) {
    this.mayLeave = mayLeave;
  }

  /** Asked when the connection is there, just before the first byte. */
  boolean mayLeave() {
    return mayLeave.getAsBoolean();
  }

  /** Whether the server may have received the request. */
  boolean isSent() {
    return sent;
  }
}
