package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The producer's HTTP API as the command line uses it. An answer that is an error becomes one line:
 * what the API's problem document says.
 */
public final class ProducerApi {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration CALL = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final Optional<String> token;

  /**
   * @param token sent as a bearer token, if there is one
   */
  public ProducerApi(URI base, Optional<String> token) {
    this.base = base;
    this.token = token;
  }

  /** {@link CommandFailure} if it cannot be reached or says no. */
  public JsonNode get(String path) {
    return call(request(path).GET().build());
  }

  /** Empty: the producer knows no such thing. */
  Optional<JsonNode> find(String path) {
    HttpResponse<String> answer = send(request(path).GET().build());
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(read(answer));
  }

  /** As {@link #get(String)}; an account that is not there is wrong usage. */
  JsonNode get(String path, @Nullable String account) {
    return of(account, () -> get(path));
  }

  /** As {@link #post(String, JsonNode)}; an account that is not there is wrong usage. */
  JsonNode post(String path, JsonNode body, @Nullable String account) {
    return of(account, () -> post(path, body));
  }

  private JsonNode of(@Nullable String account, Supplier<JsonNode> call) {
    try {
      return call.get();
    } catch (CommandFailure e) {
      if (account != null && e.exitCode() == CommandFailure.FAILED) {
        requireAccount(account);
      }
      throw e;
    }
  }

  /** {@link CommandFailure} if no account of this name is connected. */
  void requireAccount(String name) {
    for (JsonNode account : get("/api/accounts").path("accounts")) {
      if (account.path("account").asText().equals(name)) {
        return;
      }
    }
    throw new CommandFailure(
        CommandFailure.WRONG_USAGE,
        "There is no account " + name + "; ./ordem accounts lists them.");
  }

  /** {@link CommandFailure} if it cannot be reached or says no. */
  public JsonNode post(String path, JsonNode body) {
    return call(posting(path, body.toString()));
  }

  /** {@link CommandFailure} if it cannot be reached or says no; no such account is wrong usage. */
  JsonNode delete(String path, String account) {
    return of(
        account,
        () -> call(request(path).header("Content-Type", "application/json").DELETE().build()));
  }

  private HttpRequest posting(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  public ObjectMapper json() {
    return json;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(CALL).header("Accept", "*/*");
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  /** Health tells what is wrong with an error status: that is an answer, not a problem. */
  public JsonNode getWhateverStatus(String path) {
    return parse(send(request(path).GET().build()));
  }

  /** As {@link #getWhateverStatus}, for what costs a call. */
  public JsonNode postWhateverStatus(String path) {
    return parse(send(posting(path, "{}")));
  }

  private JsonNode call(HttpRequest request) {
    return read(send(request));
  }

  private JsonNode read(HttpResponse<String> answer) {
    if (answer.statusCode() >= 300) {
      throw new CommandFailure(exitCode(answer.statusCode()), problem(answer));
    }
    return parse(answer);
  }

  private static int exitCode(int status) {
    return switch (status) {
      case 400, 401 -> CommandFailure.WRONG_USAGE;
      case 503 -> CommandFailure.UNREACHABLE; // Postgres is away, or the producer just starting
      default -> CommandFailure.FAILED;
    };
  }

  private JsonNode parse(HttpResponse<String> answer) {
    try {
      return json.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          CommandFailure.FAILED, base + " is not Ordem's producer. Is ORDEM_URL right?", e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "Nothing answers at " + base + ". Is Ordem running? ORDEM_URL says where.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(CommandFailure.FAILED, "Interrupted.", e);
    }
  }

  /** RFC 9457: {@code detail} if there is one, else {@code title}, else the status alone. */
  private String problem(HttpResponse<String> answer) {
    String status = "The producer answered " + answer.statusCode();
    if (answer.statusCode() == 401) {
      return token.isEmpty()
          ? "The producer asks for a token: set ORDEM_API_TOKEN to its value."
          : "ORDEM_API_TOKEN is not the producer's.";
    }
    try {
      JsonNode body = json.readTree(answer.body());
      String said = body.path("detail").asText(body.path("title").asText(""));
      return said.isEmpty() ? status + "." : CommandWords.of(said);
    } catch (JsonProcessingException e) {
      return status + ".";
    }
  }
}
