package dev.ordem.tiny.http;

import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * How far one request came, what was answered so far, and whether it may leave: travels with it as
 * a tag.
 */
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
  private volatile @Nullable Response answer;

  RequestTag(BooleanSupplier mayLeave) {
    this.mayLeave = mayLeave;
  }

  /** Asked when the connection is there, just before the first byte. */
  boolean mayLeave() {
    return mayLeave.getAsBoolean();
  }

  /** Status and headers are there, whatever becomes of the body. */
  void answered(Response response) {
    answer = response;
  }

  /** What came without its body; null: nothing. */
  @Nullable Response answer() {
    return answer;
  }

  /** Whether the server may have received the request. */
  boolean isSent() {
    return sent;
  }
}
