package dev.ordem.tiny.account;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the tokens of an idle process are looked after.
 *
 * @param live whether the thread that does it runs; false: it died, which cannot be mended here
 * @param problem why tokens are not looked after, in words; null: they are
 * @param age how long ago they were looked after last, or the process began
 */
public record TokenRefreshHealth(boolean live, @Nullable String problem, Duration age) {}
