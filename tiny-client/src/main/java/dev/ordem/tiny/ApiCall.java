package dev.ordem.tiny;

import dev.ordem.tiny.http.RequestTag;
import dev.ordem.tiny.http.TinyApi;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.order.StorableJson;
import dev.ordem.tiny.order.UnreadableJsonException;
import okhttp3.ResponseBody;
import retrofit2.Call;

/**
 * A call to make.
 *
 * @param asked for messages: "GET ordem-servico/7"
 * @param request builds the request
 * @param reader makes the value of the body
 */
record ApiCall<T>(
    String account,
    String endpoint,
    Priority priority,
    String asked,
    Request request,
    Reader<T> reader) {

  /** Builds a request. */
  @FunctionalInterface
  interface Request {
    Call<ResponseBody> with(TinyApi api, String authorization, RequestTag journey);
  }

  /** Makes a value of a body. */
  @FunctionalInterface
  interface Reader<T> {
    T read(StorableJson body) throws UnreadableJsonException;
  }
}
