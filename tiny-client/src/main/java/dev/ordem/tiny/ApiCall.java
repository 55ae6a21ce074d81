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
 * @param place what fails if it fails: an order, or a place of a list, whatever the page's size
 * @param patient whether it is sent again at once where that may help; not a page that is asked for
 *     again in smaller parts
 * @param asked for messages: "GET ordem-servico/7"
 * @param request builds the request
 * @param reader makes the value of the body
 */
record ApiCall<T>(
    String account,
    String endpoint,
    Priority priority,
    String place,
    boolean patient,
    String asked,
    Request request,
    Reader<T> reader) {

  private static final String SHORTEST = "the shortest list";

  /** Whether it asks for one order, and not for a list. */
  boolean isOfOneOrder() {
    return endpoint.equals("detail");
  }

  /** Whether it is the least that can be asked for: what is refused then is the account. */
  boolean isShortestList() {
    return place.equals(SHORTEST);
  }

  /** The least that can be asked for in its place, to learn whether the account is let in. */
  ApiCall<StorableJson> shortestList() {
    return new ApiCall<>(
        account,
        "list",
        priority,
        SHORTEST,
        true,
        "GET ordem-servico?limit=1",
        (api, authorization, journey) ->
            api.list(authorization, null, null, null, "desc", 1, 0, journey),
        body -> body);
  }

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
