package io.kvstore.server;

import io.kvstore.Consistency;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the texts of options are read. */
final class OptionTexts {
  /** The port that is none. */
  static final String OFF = "off";

  private static final int HIGHEST_PORT = 65_535;

  /** A port, or none. */
  record Port(int number) {
    boolean isOff() {
      return number < 0;
    }
  }

  private OptionTexts() {}

  static Port port(String text) {
    if (text.equalsIgnoreCase(OFF)) {
      return new Port(-1);
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= HIGHEST_PORT) {
        return new Port(number);
      }
    } catch (NumberFormatException malformed) {
      // Said below.
    }
    throw new TypeConversionException(
        "'" + text + "' is neither a port from 0 to " + HIGHEST_PORT + " nor off");
  }

  /** Levels by all names that they have elsewhere, too. */
  static ITypeConverter<Consistency> level() {
    return text -> {
      try {
        return Consistency.parse(text);
      } catch (IllegalArgumentException unknown) {
        return named(Consistency.class).convert(text); // says so in the words of an option
      }
    };
  }

  /** Constants by their names, in any case, with dashes for underscores. */
  static <E extends Enum<E>> ITypeConverter<E> named(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(each -> each.name().equalsIgnoreCase(text.replace('-', '_')))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "'"
                            + text
                            + "' is none of "
                            + Arrays.stream(type.getEnumConstants())
                                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .collect(Collectors.joining(", "))));
  }
}
