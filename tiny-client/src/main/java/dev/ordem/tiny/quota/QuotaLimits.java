package dev.ordem.tiny.quota;

import java.time.Duration;

/**
 * Calls allowed in each window; 0: no such window. One of more than 10,000 is not watched.
 *
 * @param perSecond calls in any second
 * @param perWindow calls in any {@code window}
 * @param window length of the middle window
 * @param perHour calls in any hour
 */
public record QuotaLimits(int perSecond, int perWindow, Duration window, int perHour) {}
