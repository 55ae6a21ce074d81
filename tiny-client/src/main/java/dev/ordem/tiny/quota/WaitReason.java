package dev.ordem.tiny.quota;

import java.util.Locale;

/** Why a call is not made now: what is in the way is nothing of what was asked. */
public enum WaitReason {
  /** The quota is used up. */
  QUOTA,
  /** Tiny forbids the account this call. */
  ACCOUNT,
  /** The circuit breaker is open. */
  BREAKER,
  /** A person must connect the account again. */
  AUTHORISATION,
  /** Tiny does not accept the account's application: its id or secret is wrong. */
  APPLICATION,
  /** The token cannot be renewed, or the database not be asked, at the moment. */
  OUTAGE;

  /** As topics, the API and people are told. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Why the database let no call pass; it knows no other account than those of the list. */
  static WaitReason ofDatabase(String reason) {
    return switch (reason) {
      case "quota" -> QUOTA;
      case "account" -> ACCOUNT;
      case "unknown" -> AUTHORISATION;
      default -> OUTAGE; // a later version's, while both run
    };
  }
}
