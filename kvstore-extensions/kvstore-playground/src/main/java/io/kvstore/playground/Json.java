package io.kvstore.playground;

import java.util.Collection;
import java.util.Map;

/** Writes maps, collections, texts, numbers and truth values as JSON. */
final class Json {
  private Json() {}

  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  private static void append(Object value, StringBuilder text) {
    if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> each : map.entrySet()) {
        text.append(separator);
        quote(String.valueOf(each.getKey()), text);
        text.append(':');
        append(each.getValue(), text);
        separator = ",";
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Collection<?> all) {
      String separator = "[";
      for (Object each : all) {
        text.append(separator);
        append(each, text);
        separator = ",";
      }
      text.append(all.isEmpty() ? "[]" : "]");
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      quote(String.valueOf(value), text);
    }
  }

  private static void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      if (each == '"' || each == '\\') {
        text.append('\\').append(each);
      } else if (each < ' ' || each == '\u2028' || each == '\u2029' || each == '<') {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(Character.forDigit((each >> shift) & 0xf, 16));
        }
      } else {
        text.append(each);
      }
    }
    text.append('"');
  }
}
