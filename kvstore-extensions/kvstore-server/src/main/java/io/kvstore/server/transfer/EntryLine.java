package io.kvstore.server.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry as a line: {@code {"key":"k","value":"v","flags":3,"expires":"2030-01-01T00:00:00Z"}}.
 * Bytes that are no text are in {@code key64} and {@code value64}, in Base64.
 *
 * @param key its key
 * @param value its value
 * @param flags its flags, 0 when none are named
 * @param expires when it expires, if ever
 */
public record EntryLine(Bytes key, Bytes value, int flags, Optional<Instant> expires) {
  private static final String KEY = "key";
  private static final String VALUE = "value";
  private static final String BASE_64 = "64";
  private static final String FLAGS = "flags";
  private static final String EXPIRES = "expires";
  private static final String ENTRIES = "entries";
  private static final Set<String> KNOWN =
      Set.of(KEY, KEY + BASE_64, VALUE, VALUE + BASE_64, FLAGS, EXPIRES);
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  /** The entry of a key that is there. */
  public static EntryLine of(Bytes key, Versioned<Bytes> entry) {
    return new EntryLine(key, entry.value(), entry.flags(), entry.expiresAt());
  }

  /** What sets it, for as long as it has to live from then on; nothing when it has expired. */
  public Optional<Update<Bytes, Bytes>> updateAt(Instant now) {
    Update<Bytes, Bytes> put = Update.put(key, value).flags(flags);
    if (expires.isEmpty()) {
      return Optional.of(put);
    }
    Duration lifetime = Duration.between(now, expires.get());
    return lifetime.isNegative() || lifetime.isZero()
        ? Optional.empty()
        : Optional.of(put.lifetime(lifetime));
  }

  /** As it is written. */
  public String text() {
    ObjectNode line = JSON.createObjectNode();
    put(line, KEY, key);
    put(line, VALUE, value);
    if (flags != 0) {
      line.put(FLAGS, Integer.toUnsignedLong(flags));
    }
    expires.ifPresent(time -> line.put(EXPIRES, time.toString()));
    return JSON.writeValueAsString(line);
  }

  private static void put(ObjectNode line, String name, Bytes bytes) {
    String text = bytes.toText();
    if (new String(text.getBytes(UTF_8), UTF_8).equals(text) && Bytes.of(text).equals(bytes)) {
      line.put(name, text);
    } else {
      line.put(name + BASE_64, Base64.getEncoder().encodeToString(bytes.toArray()));
    }
  }

  /** The last line of a file. */
  public static String end(long entries) {
    return "{\"" + ENTRIES + "\":" + entries + "}";
  }

  /** The number of entries, if this is the last line of a file. */
  public static Optional<Long> entriesIn(JsonNode line) {
    JsonNode entries = line.path(ENTRIES);
    return line.size() == 1 && entries.isIntegralNumber() && entries.canConvertToLong()
        ? Optional.of(entries.longValue())
        : Optional.empty();
  }

  /**
   * What a line says.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  public static JsonNode parse(String text) {
    try {
      JsonNode line = JSON.readTree(text);
      if (line.isObject()) {
        return line;
      }
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException(
          String.valueOf(malformed.getOriginalMessage()).startsWith("Duplicate")
              ? "it has a field twice"
              : "it is not JSON",
          malformed);
    }
    throw new IllegalArgumentException("it is not a JSON object");
  }

  /**
   * The entry that a line says.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static EntryLine of(JsonNode line) {
    for (String name : line.propertyNames()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException("'" + name + "' has no meaning: expected " + KNOWN);
      }
    }
    JsonNode flags = line.path(FLAGS);
    if (!flags.isMissingNode()
        && !(flags.isIntegralNumber()
            && flags.canConvertToLong()
            && flags.longValue() >>> 32 == 0)) {
      throw new IllegalArgumentException("'flags' must be a number of 32 bits");
    }
    return new EntryLine(
        bytes(line, KEY),
        bytes(line, VALUE),
        flags.isMissingNode() ? 0 : (int) flags.longValue(),
        expires(line.path(EXPIRES)));
  }

  private static Bytes bytes(JsonNode line, String name) {
    JsonNode text = line.path(name);
    JsonNode base64 = line.path(name + BASE_64);
    if (text.isString() && base64.isMissingNode()) {
      return Bytes.of(text.stringValue());
    }
    if (base64.isString() && text.isMissingNode()) {
      return Bytes.of(Base64.getDecoder().decode(base64.stringValue()));
    }
    throw new IllegalArgumentException(
        "it must have a text either as '" + name + "' or as '" + name + BASE_64 + "'");
  }

  private static Optional<Instant> expires(JsonNode time) {
    if (time.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(time.isString() ? time.stringValue() : ""));
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          "'expires' must be a time such as 2030-01-01T00:00:00Z", malformed);
    }
  }
}
