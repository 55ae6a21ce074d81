package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The few facts {@code .ordem} remembers between starts. Each {@link #put} replaces the file as a
 * whole, so a kill leaves the old or the new one, never half of it.
 */
final class HomeState {
  private final Path file;
  private final Properties properties = new Properties();

  private HomeState(Path file) {
    this.file = file;
  }

  static HomeState read(Path file) throws StartException {
    HomeState state = new HomeState(file);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        state.properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new StartException(
            file + " cannot be read (" + e.getMessage() + "). Remove it: only ports are lost.", e);
      }
    }
    return state;
  }

  synchronized @Nullable String get(String key) {
    return properties.getProperty(key);
  }

  synchronized boolean isUnderAnotherKey(String key, String value) {
    return properties.stringPropertyNames().stream()
        .anyMatch(other -> !other.equals(key) && value.equals(properties.getProperty(other)));
  }

  synchronized void put(String key, String value) throws StartException {
    if (value.equals(properties.getProperty(key))) {
      return;
    }
    properties.setProperty(key, value);
    StringWriter text = new StringWriter();
    try {
      properties.store(text, "Written by ordem.");
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(next, text.toString());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
