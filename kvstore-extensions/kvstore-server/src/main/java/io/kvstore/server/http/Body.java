package io.kvstore.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;

/**
 * The JSON object in a request's body. Each field keeps its text as it was sent, so that a value
 * can be given back as it came: no digit of a number is lost.
 */
final class Body {
  private static final Body EMPTY = new Body(Map.of());
  private static final int SHOWN = 200;
  private static final int MOST_FIELDS = 64;

  private final Map<String, String> texts;

  private Body(Map<String, String> texts) {
    this.texts = texts;
  }

  /** Reads a body; one without content is an object without fields. */
  static Body of(byte[] bytes) {
    String text = text(bytes);
    if (text.isBlank()) {
      return EMPTY;
    }
    Map<String, String> texts = new LinkedHashMap<>();
    try (JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Refusal.malformed("the body is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        texts.put(name, text.substring(begin, end).strip());
        if (texts.size() > MOST_FIELDS) {
          throw Refusal.malformed("the body has more than " + MOST_FIELDS + " fields");
        }
      }
      if (parser.nextToken() != null) {
        throw Refusal.malformed("something follows the JSON object in the body");
      }
    } catch (JacksonException malformed) {
      throw Refusal.malformed(wrongIn(malformed));
    }
    return new Body(texts);
  }

  /** In words of this library: those of a parser say little to who has written the body. */
  private static String wrongIn(JacksonException malformed) {
    if (malformed instanceof StreamConstraintsException) {
      return "the body has too many parts, or too many within each other";
    }
    boolean isTwice = String.valueOf(malformed.getOriginalMessage()).startsWith("Duplicate");
    TokenStreamLocation at = malformed.getLocation();
    return (isTwice ? "the body has a field twice" : "the body is not JSON")
        + (at == null ? "" : ", see line " + at.getLineNr() + ", column " + at.getColumnNr());
  }

  /** A text of a client, as long as it may be in an answer. */
  static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** The text of a body. */
  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw Refusal.malformed("the body is not UTF-8");
    }
  }

  /** Refuses a body with a field that has no meaning here: it would be ignored. */
  Body withOnly(String... names) {
    requireOnly(texts.keySet(), names);
    return this;
  }

  /** Refuses a JSON object with a field that has no meaning here. */
  static void requireOnly(Collection<String> fields, String... names) {
    List<String> known = List.of(names);
    for (String field : fields) {
      if (!known.contains(field)) {
        throw Refusal.malformed(
            "there is no field '"
                + shown(field)
                + "' here: expected "
                + (known.isEmpty() ? "no field" : "'" + String.join("', '", known) + "'"));
      }
    }
  }

  boolean has(String name) {
    return texts.containsKey(name);
  }

  /** The text of a field, as it was sent. */
  Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  /** The value of a field. */
  Optional<JsonNode> value(String name) {
    return text(name).map(Json.MAPPER::readTree);
  }

  /** The value of a field that must be a string, if it is there. */
  Optional<String> string(String name) {
    return value(name).map(value -> string(name, value));
  }

  /** The value of a field of a JSON object that must be there, and a string. */
  static String string(JsonNode object, String name) {
    return string(name, object.path(name));
  }

  private static String string(String name, JsonNode value) {
    if (!value.isString()) {
      throw Refusal.malformed("'" + name + "' must be a string");
    }
    return wellFormed(name, value.stringValue());
  }

  /** Halves of a pair cannot be encoded: they would be lost. */
  private static String wellFormed(String name, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Refusal.malformed("'" + name + "' has half of a surrogate pair");
    }
    return text;
  }
}
