package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Chromium without a window, by way of chromedriver.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
final class Browser implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final List<String> ARGUMENTS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final URI session;

  private Browser(Process driver, int port, Path profile) throws IOException {
    this.driver = driver;
    URI root = URI.create("http://127.0.0.1:" + port + "/session");
    ObjectNode body = json.createObjectNode();
    ObjectNode options =
        body.putObject("capabilities").putObject("alwaysMatch").putObject("goog:chromeOptions");
    ARGUMENTS.forEach(options.putArray("args")::add);
    options.withArray("args").add("--user-data-dir=" + profile);
    this.session = URI.create(root + "/" + call("POST", root, body).path("sessionId").asText());
  }

  /**
   * Starts one.
   *
   * @param profile an empty directory for what browsers keep
   */
  static Browser start(Path profile) throws IOException {
    Process driver =
        new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
    try {
      return new Browser(driver, port(driver.inputReader(StandardCharsets.UTF_8)), profile);
    } catch (IOException | RuntimeException | AssertionError e) {
      driver.destroyForcibly();
      throw e;
    }
  }

  private static int port(BufferedReader output) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return Integer.parseInt(port.group(1));
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("chromedriver ended: " + said);
  }

  void open(URI address) throws IOException {
    call("POST", at("/url"), json.createObjectNode().put("url", address.toString()));
  }

  /** Where it is now. */
  URI address() throws IOException {
    return URI.create(call("GET", at("/url"), null).asText());
  }

  /** What a person reads. */
  String text() throws IOException {
    return call("GET", at("/element/" + find("body") + "/text"), null).asText();
  }

  void type(String css, String text) throws IOException {
    String element = find(css);
    call("POST", at("/element/" + element + "/clear"), json.createObjectNode());
    call("POST", at("/element/" + element + "/value"), json.createObjectNode().put("text", text));
  }

  void click(String css) throws IOException {
    call("POST", at("/element/" + find(css) + "/click"), json.createObjectNode());
  }

  private String find(String css) throws IOException {
    ObjectNode by = json.createObjectNode().put("using", "css selector").put("value", css);
    return call("POST", at("/element"), by).path(ELEMENT).asText();
  }

  private URI at(String path) {
    return URI.create(session + path);
  }

  private JsonNode call(String method, URI address, @Nullable JsonNode body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofMinutes(1))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    if (answer.statusCode() != 200) {
      throw new AssertionError(method + " " + address + ": " + answer.body());
    }
    return json.readTree(answer.body()).path("value");
  }

  @Override
  public void close() throws IOException {
    try {
      call("DELETE", session, null);
    } finally {
      driver.destroy();
      driver.onExit().join();
    }
  }
}
