package dev.ordem.tiny.account;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account as stored.
 *
 * @param account its name
 * @param authorised whether its refresh token is believed to be good
 * @param clientRefused whether Tiny does not accept its application
 * @param problem what went wrong last, or why Tiny leaves no call through; names nobody
 * @param tokenExpiresAt when the access token expires
 * @param closedUntil until when no call may be made
 * @param perSecond calls a second; 0: no such window
 * @param perWindow calls a window; 0: no such window
 * @param window length of that window
 * @param perHour calls an hour; 0: no such window
 * @param facts what else is known
 */
public record AccountState(
    String account,
    boolean authorised,
    boolean clientRefused,
    @Nullable String problem,
    @Nullable Instant tokenExpiresAt,
    @Nullable Instant closedUntil,
    int perSecond,
    int perWindow,
    Duration window,
    int perHour,
    AccountFacts facts) {}
