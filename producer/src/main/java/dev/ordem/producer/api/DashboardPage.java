package dev.ordem.producer.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page at {@code /}: plain HTML that asks the API every other second. */
final class DashboardPage {
  private DashboardPage() {}

  static void routes(RoutesConfig routes) {
    routes.get("/", DashboardPage::show);
  }

  private static void show(Context http) {
    try (InputStream page = DashboardPage.class.getResourceAsStream("index.html")) {
      if (page == null) {
        throw new IllegalStateException("index.html is not in this build");
      }
      http.header("Content-Security-Policy", "default-src 'self' 'unsafe-inline' data:")
          .contentType("text/html; charset=utf-8")
          .result(page.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("index.html cannot be read", e);
    }
  }
}
