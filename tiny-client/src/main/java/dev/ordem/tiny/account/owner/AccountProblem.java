package dev.ordem.tiny.account.owner;

/**
 * What keeps an account from being used, in two parts: health and metrics are read without a token,
 * so that what everybody may read names nobody.
 *
 * @param text what is wrong and what to do; of nobody's name, and nothing that Tiny worded
 * @param detail persons and companies by name, and Tiny's own words, for who may see personal data;
 *     empty: there is no more to say
 */
public record AccountProblem(String text, String detail) {
  /** Of a problem that can be told whole. */
  public static AccountProblem of(String text) {
    return new AccountProblem(text, "");
  }

  /** For the log, and for a person who may know all. */
  public String whole() {
    return detail.isEmpty() ? text : text + " (" + detail + ")";
  }
}
