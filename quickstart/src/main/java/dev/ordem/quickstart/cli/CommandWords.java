package dev.ordem.quickstart.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the API says, in the words of the command line: who typed an option is told of the option,
 * not of the field that it became.
 */
final class CommandWords {
  private static final Map<Pattern, String> WORDS = words();

  private CommandWords() {}

  private static Map<Pattern, String> words() {
    Map<Pattern, String> words = new LinkedHashMap<>();
    words.put(Pattern.compile("\\bGET /api/(accounts|runs|failures|schedule)\\b"), "./ordem $1");
    words.put(Pattern.compile("^from and to go with\\b"), "--from and --to go with");
    words.put(Pattern.compile("\\bneeds both from and to$"), "needs both --from and --to");
    words.put(Pattern.compile("^(from|to|max|plan)(?=:? [^a-z])"), "--$1");
    words.put(Pattern.compile("^(mode|account)(?= \"|: )"), "--$1");
    words.put(Pattern.compile("^mode (?=period |details )"), "--mode ");
    words.put(Pattern.compile("(?<=: )mode (?=details reads)"), "--mode ");
    words.put(Pattern.compile(" is before from (?=\\d)"), " is before --from ");
    words.put(Pattern.compile("\\bheadersOnly\\b"), "--headers-only");
    words.put(Pattern.compile("\\bperSecond\\b"), "--per-second");
    words.put(Pattern.compile("\\bperMinute\\b"), "--per-minute");
    words.put(Pattern.compile("\\bperHour\\b"), "--per-hour");
    words.put(Pattern.compile("\\bclientId\\b"), "--client-id");
    words.put(Pattern.compile("\\bclientSecret\\b"), "--client-secret-file");
    words.put(Pattern.compile("\\bconfirmAbsences\\b"), "--confirm-absences");
    words.put(Pattern.compile("\\bconfirmCompany\\b"), "--confirm-company");
    return words;
  }

  static String of(String said) {
    String words = said;
    for (Map.Entry<Pattern, String> each : WORDS.entrySet()) {
      words = each.getKey().matcher(words).replaceAll(each.getValue());
    }
    return words;
  }
}
