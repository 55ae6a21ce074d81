package dev.ordem.tiny;

import okhttp3.Call;
import okhttp3.EventListener;

/** How far one request came: travels with it as a tag. */
final class Journey {
  /** Notes in a request's journey that its first byte may have left. */
  static final EventListener LISTENER =
      new EventListener() {
        @Override
        public void requestHeadersStart(Call call) {
          Journey journey = call.request().tag(Journey.class);
          if (journey != null) {
            journey.sent = true;
          }
        }
      };

  private volatile boolean sent;

  /** Whether the server may have received the request. */
  boolean isSent() {
    return sent;
  }
}
