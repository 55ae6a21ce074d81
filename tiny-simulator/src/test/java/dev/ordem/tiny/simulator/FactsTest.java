package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of facts in the package's essay names a test for each, and the tests exist. */
class FactsTest {
  private static final Path ESSAY =
      Path.of("src/main/java/dev/ordem/tiny/simulator/package-info.java");
  private static final Pattern ROW =
      Pattern.compile("<tr><td>([MAR]): (.*?)</td><td>(.*?)</td><td> ?(.*?)</td></tr>");
  private static final Pattern ANY_ROW = Pattern.compile("<tr><td>");
  private static final Pattern TEST = Pattern.compile("\\{@code ?(\\w+)\\.(\\w+)}");

  @Test
  void everyFactHasTestsThatExist() throws Exception {
    String essay = Files.readString(ESSAY).replaceAll("\\R \\* *", " ");
    List<MatchResult> rows = ROW.matcher(essay).results().toList();
    assertThat(rows)
        .as("rows of the table that can be read")
        .hasSameSizeAs(ANY_ROW.matcher(table(essay)).results().toList())
        .hasSizeGreaterThanOrEqualTo(29);
    for (MatchResult row : rows) {
      List<MatchResult> tests = TEST.matcher(row.group(4)).results().toList();
      assertThat(tests).as(row.group(2)).isNotEmpty();
      for (MatchResult test : tests) {
        assertThat(methods(test.group(1))).as(row.group(2)).contains(test.group(2));
      }
    }
  }

  private static String table(String essay) {
    int begin = essay.indexOf("<caption>Facts</caption>");
    return essay.substring(begin, essay.indexOf("</table>", begin));
  }

  private static List<String> methods(String test) throws ClassNotFoundException {
    Class<?> type = Class.forName(FactsTest.class.getPackageName() + "." + test);
    return Arrays.stream(type.getDeclaredMethods())
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
        .map(java.lang.reflect.Method::getName)
        .toList();
  }
}
