package io.kvstore.server.http;

import io.kvstore.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** How JSON is read and written here. */
final class Json {
  /** How many names, values, brackets and braces a text may have: a value has fewer. */
  static final int MOST_TOKENS = 750_000;

  private static final int LARGE_BYTES = 64 << 10;

  /**
   * Strict: no field twice, nothing but JSON. Names are not remembered: any client may send any.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
          .build();

  static final JsonMapper MAPPER = new JsonMapper(FACTORY);

  private Json() {}

  /** Whether so many bytes take long to read or write: threads of the network should not do it. */
  static boolean isLarge(int bytes) {
    return bytes > LARGE_BYTES;
  }

  /** An object, whose fields are written by the caller. */
  static byte[] object(Consumer<JsonGenerator> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      fields.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Writes bytes as a text; where they are none, as Base64 beside it, too: {@code key64}. */
  static void write(JsonGenerator json, String name, Bytes bytes) {
    String text = bytes.toText();
    json.writeStringProperty(name, text);
    if (!Bytes.of(text).equals(bytes)) {
      json.writeStringProperty(name + "64", Base64.getEncoder().encodeToString(bytes.toArray()));
    }
  }

  /** Whether a text is one JSON value. */
  static boolean isValue(String text) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (tools.jackson.core.JacksonException malformed) {
      return false;
    }
  }
}
