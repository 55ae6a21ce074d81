package dev.ordem.quickstart.embedded;

/** Orders dotted version numbers such as {@code 4.2.1}; what is not a number counts as 0. */
final class VersionOrder {
  private VersionOrder() {}

  static boolean isNewer(String candidate, String than) {
    int[] left = parts(candidate);
    int[] right = parts(than);
    return java.util.Arrays.compare(left, right) > 0;
  }

  private static int[] parts(String version) {
    String[] words = version.split("[.-]", -1);
    int[] parts = new int[3];
    for (int i = 0; i < parts.length && i < words.length; i++) {
      parts[i] = words[i].matches("[0-9]{1,6}") ? Integer.parseInt(words[i]) : 0;
    }
    return parts;
  }
}
