package dev.ordem.producer.api.http;

import dev.ordem.tiny.Answer;
import org.jspecify.annotations.Nullable;

/** An answer of Tiny's in words. */
public final class TinyAnswerText {
  private TinyAnswerText() {}

  public static String of(@Nullable Answer<?> answer) {
    if (answer == null) {
      return "the producer is still starting";
    }
    if (answer instanceof Answer.Later<?> later) {
      return "not before " + later.until() + " (" + later.reason().label() + ")";
    }
    if (answer instanceof Answer.Failed<?> failed) {
      return failed.error().message();
    }
    if (answer instanceof Answer.Rejected<?> rejected) {
      return rejected.error().message();
    }
    return answer instanceof Answer.NotFound<?> missing ? missing.message() : "it answered";
  }
}
