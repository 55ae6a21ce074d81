package dev.ordem.runtime;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file that a person named cannot be read, in words that need no Java. */
public final class UnreadableFile {
  private UnreadableFile() {}

  /** A few words without a full stop. */
  public static String why(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "this user may not read it";
    }
    if (failure instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    String said = failure.getMessage();
    if (failure instanceof FileSystemException known) {
      said = known.getReason(); // the message begins with the path, which is told anyway
    }
    return said == null ? "it cannot be opened" : said;
  }
}
