package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** What goes back to the caller, before weather. */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes go straight to the wire
record ApiResponse(int status, String contentType, byte[] body, Map<String, String> headers) {

  static final String JSON = "application/json";
  static final String HTML = "text/html; charset=utf-8";
  private static final byte[] NOTHING = {};

  /** One wrong field of a request. */
  record Detail(String campo, String mensagem) {}

  static ApiResponse json(byte[] body) {
    return new ApiResponse(200, JSON, body, Map.of());
  }

  static ApiResponse json(int status, Object node) {
    return new ApiResponse(status, JSON, node.toString().getBytes(UTF_8), Map.of());
  }

  static ApiResponse html(int status, String page) {
    return new ApiResponse(status, HTML, page.getBytes(UTF_8), Map.of());
  }

  static ApiResponse empty(int status) {
    return new ApiResponse(status, JSON, NOTHING, Map.of());
  }

  static ApiResponse redirect(String location) {
    return new ApiResponse(302, HTML, NOTHING, Map.of("Location", location));
  }

  /** The API's own error body; {@code detalhes} is left out when there are none. */
  static ApiResponse error(int status, String mensagem, List<Detail> details) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("mensagem", mensagem);
    if (!details.isEmpty()) {
      ArrayNode list = body.putArray("detalhes");
      details.forEach(d -> list.addObject().put("campo", d.campo()).put("mensagem", d.mensagem()));
    }
    return json(status, body);
  }

  /** The body the API is known to give with a status, when there is nothing special to say. */
  static ApiResponse error(int status) {
    return switch (status) {
      case 400 -> error(400, "Ocorreram erros de validação", List.of());
      case 401 -> error(401, "Não autorizado", List.of());
      case 403 -> error(403, "Seu plano não permite acesso a este recurso", List.of());
      case 404 -> error(404, "Recurso não encontrado", List.of());
      case 405 -> error(405, "Método não permitido", List.of());
      case 409 -> error(409, "O registro está sendo alterado por outro processo", List.of());
      case 429 -> empty(429);
      case 503 -> error(503, "Serviço indisponível", List.of());
      default -> error(status, "Ocorreu um erro interno", List.of());
    };
  }
}
