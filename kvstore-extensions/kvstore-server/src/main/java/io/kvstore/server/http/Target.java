package io.kvstore.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request is about: the segments of a path and the parameters behind it, decoded. */
record Target(List<String> segments, Map<String, String> parameters) {
  /** Copies both. */
  Target {
    segments = List.copyOf(segments);
    parameters = Map.copyOf(parameters);
  }

  /** Reads a path, or a whole address. */
  static Target parse(String text) {
    String raw = withoutAuthority(text);
    int question = raw.indexOf('?');
    String path = question < 0 ? raw : raw.substring(0, question);
    if (!path.startsWith("/")) {
      throw Refusal.malformed("a path must begin with a slash");
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      segments.add(decoded(segment));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    if (question >= 0 && question + 1 < raw.length()) {
      for (String pair : raw.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        if (parameters.put(parameter(name), parameter(value)) != null) {
          throw Refusal.malformed("the parameter '" + parameter(name) + "' is there twice");
        }
      }
    }
    return new Target(segments, parameters);
  }

  private static String withoutAuthority(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 0 || text.startsWith("/")) {
      return text;
    }
    int slash = text.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : text.substring(slash);
  }

  Optional<String> parameter(String name, boolean mayBeEmpty) {
    String value = parameters.get(name);
    if (value != null && value.isEmpty() && !mayBeEmpty) {
      throw Refusal.malformed("the parameter '" + name + "' has no value");
    }
    return Optional.ofNullable(value);
  }

  private static String parameter(String raw) {
    return decoded(raw.replace('+', ' '));
  }

  private static String decoded(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char next = raw.charAt(i);
      if (next == '%') {
        int high = i + 1 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw Refusal.malformed("a percent sign must be followed by two hexadecimal digits");
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(next); // the line of a request is read as one character for each byte
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw Refusal.malformed("the path is not UTF-8");
    }
  }
}
