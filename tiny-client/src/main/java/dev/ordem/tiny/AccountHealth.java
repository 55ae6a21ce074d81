package dev.ordem.tiny;

import dev.ordem.tiny.account.AccountFacts;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an account without asking Tiny.
 *
 * @param account its name
 * @param state whether it can be used
 * @param problem what keeps it from being used, with the remedy; names nobody; null: nothing
 * @param tokenExpiresAt when the access token expires; null: there is none
 * @param closedUntil until when every call waits (a 429, an exhausted quota, a 403); null: open
 * @param perSecond calls a second that the account allows; 0: no such window
 * @param perWindow calls a window that the account allows, as configured or as the API says; 0: no
 *     such window
 * @param window length of that window
 * @param perHour calls an hour; 0: no such window
 * @param facts what else is known
 */
public record AccountHealth(
    String account,
    State state,
    @Nullable String problem,
    @Nullable Instant tokenExpiresAt,
    @Nullable Instant closedUntil,
    int perSecond,
    int perWindow,
    Duration window,
    int perHour,
    AccountFacts facts) {

  /** Whether an account can be used. */
  public enum State {
    /** Its token is good or can be renewed. */
    READY,
    /** A person must connect it in the browser. */
    AUTHORISATION_REQUIRED,
    /** Tiny does not accept its application: the client id or the secret is wrong. */
    APPLICATION_REFUSED
  }
}
