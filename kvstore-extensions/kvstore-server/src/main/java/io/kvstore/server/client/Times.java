package io.kvstore.server.client;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something takes, as options say it. */
public final class Times implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    String unit = text.replaceFirst("^\\d+", "");
    try {
      long number = Long.parseLong(text.substring(0, text.length() - unit.length()));
      return switch (unit) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> throw new NumberFormatException(text);
      };
    } catch (NumberFormatException | ArithmeticException malformed) {
      throw new TypeConversionException("'" + text + "' is not a time like 500ms, 5s, 2m or 1h");
    }
  }
}
