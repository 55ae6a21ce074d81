package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A page of headers, item by item.
 *
 * @param ids of the orders, in their order
 * @param items as they are sent, one for each id
 * @param paging as it is sent
 */
record PageItems(List<Long> ids, List<byte[]> items, String paging) {
  static PageItems of(byte[] body) {
    JsonNode page = JsonMutations.read(body);
    List<Long> ids = new ArrayList<>();
    List<byte[]> items = new ArrayList<>();
    for (JsonNode item : page.path("itens")) {
      ids.add(item.path("id").asLong());
      items.add(item.toString().getBytes(UTF_8));
    }
    return new PageItems(ids, items, page.path("paginacao").toString());
  }

  byte[] body() {
    return body("itens", paging);
  }

  /** With an odd frame: what is in its items is as it was. */
  byte[] oddBody(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> body("itens", "null");
      case 1 -> body("itens", "[]");
      case 2 -> body("itens", "{\"limit\":\"x\",\"offset\":-7,\"total\":\"9\"}");
      case 3 -> body("itens", "{\"limit\":1e99,\"offset\":null,\"total\":1e400000}");
      case 4 -> body("itens", paging.replace("total", "Total"));
      case 5 -> body("items", paging);
      case 6 -> body("itens", paging + ",\"itens\":{}");
      case 7 -> body("itens", paging.replaceFirst("\"total\":[0-9]+", "\"total\":1"));
      default -> ("{\"itens\":[],\"paginacao\":" + paging + "}").getBytes(UTF_8);
    };
  }

  private byte[] body(String name, String frame) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(("{\"" + name + "\":[").getBytes(UTF_8));
    for (int i = 0; i < items.size(); i++) {
      body.writeBytes(i == 0 ? new byte[0] : new byte[] {','});
      body.writeBytes(items.get(i));
    }
    body.writeBytes(("],\"paginacao\":" + frame + "}").getBytes(UTF_8));
    return body.toByteArray();
  }
}
