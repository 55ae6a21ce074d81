package dev.ordem.runtime;

import java.util.List;

/** Variables are missing or wrong; the message names each, with what would be right. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }
}
