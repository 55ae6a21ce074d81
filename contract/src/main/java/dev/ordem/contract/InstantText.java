package dev.ordem.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Moments as {@link Instant#toString} writes them, without a formatter, which costs more than all
 * else that is read of a small record. What has another form is left to Jackson.
 */
public final class InstantText {
  private static final int SECONDS = 19;
  private static final int NANO_DIGITS = 9;
  private static final long YEAR_0 = -62_167_219_200L;
  private static final long YEAR_10000 = 253_402_300_800L;

  private InstantText() {}

  /** To be registered behind the module for {@code java.time}. */
  public static SimpleModule module() {
    return new SimpleModule("instants")
        .addSerializer(Instant.class, new Writing())
        .addDeserializer(Instant.class, new Reading());
  }

  /** Null if the text has not this form, which does not say that it is none. */
  public static @Nullable Instant parse(String text) {
    int last = text.length() - 1;
    if (last < SECONDS || text.charAt(last) != 'Z') {
      return null;
    }
    LocalDateTime time = time(text, last);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }

  /** As {@link #parse}, of {@code 2026-01-02T03:04:05}, with a fraction or without. */
  static @Nullable LocalDateTime time(String text) {
    return time(text, text.length());
  }

  /** As {@link #parse}, of {@code 2026-01-02}. */
  static @Nullable LocalDate date(String text) {
    return text.length() == 10 ? dateAtStart(text) : null;
  }

  private static @Nullable LocalDateTime time(String text, int end) {
    boolean form =
        end >= SECONDS
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':';
    LocalDate date = form ? dateAtStart(text) : null;
    if (date == null) {
      return null;
    }
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, SECONDS);
    int nano = nano(text, end);
    boolean valid = hour >= 0 && minute >= 0 && second >= 0 && nano >= 0;
    return valid && hour < 24 && minute < 60 && second < 60
        ? date.atTime(hour, minute, second, nano)
        : null;
  }

  private static @Nullable LocalDate dateAtStart(String text) {
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    boolean form = text.charAt(4) == '-' && text.charAt(7) == '-';
    if (!form || year < 0 || month < 1 || month > 12 || day < 1) {
      return null;
    }
    return day <= Month.of(month).length(Year.isLeap(year)) ? LocalDate.of(year, month, day) : null;
  }

  /** Negative if it is no fraction; no fraction is 0. */
  private static int nano(String text, int end) {
    if (end == SECONDS) {
      return 0;
    }
    int digits = end - SECONDS - 1;
    if (text.charAt(SECONDS) != '.' || digits < 1 || digits > NANO_DIGITS) {
      return -1;
    }
    int nano = digits(text, SECONDS + 1, end);
    for (int i = digits; i < NANO_DIGITS; i++) {
      nano *= 10;
    }
    return nano;
  }

  /** Negative if there is anything else. */
  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  /** The same as {@link Instant#toString}. */
  public static String of(Instant instant) {
    long second = instant.getEpochSecond();
    if (second < YEAR_0 || second >= YEAR_10000) {
      return instant.toString();
    }
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, instant.getNano(), ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(30);
    append(text, time.getYear(), 1_000).append('-');
    append(text, time.getMonthValue(), 10).append('-');
    append(text, time.getDayOfMonth(), 10).append('T');
    append(text, time.getHour(), 10).append(':');
    append(text, time.getMinute(), 10).append(':');
    append(text, time.getSecond(), 10);
    int nano = time.getNano();
    if (nano % 1_000_000 == 0 && nano > 0) {
      append(text.append('.'), nano / 1_000_000, 100);
    } else if (nano % 1_000 == 0 && nano > 0) {
      append(text.append('.'), nano / 1_000, 100_000);
    } else if (nano > 0) {
      append(text.append('.'), nano, 100_000_000);
    }
    return text.append('Z').toString();
  }

  private static StringBuilder append(StringBuilder text, int number, int highest) {
    for (int unit = highest; unit > 0; unit /= 10) {
      text.append((char) ('0' + number / unit % 10));
    }
    return text;
  }

  private static final class Writing extends StdSerializer<Instant> {
    private static final long serialVersionUID = 1L;

    Writing() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(of(value));
    }
  }

  private static final class Reading extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    Reading() {
      super(Instant.class);
    }

    @Override
    public @Nullable Instant deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      Instant instant = from.hasToken(JsonToken.VALUE_STRING) ? parse(from.getText()) : null;
      return instant == null ? InstantDeserializer.INSTANT.deserialize(from, context) : instant;
    }
  }
}
