package io.kvstore.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What a request is answered: a status, headers and a body. */
final class Answer {
  static final String JSON = "application/json";
  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final int heldBytes;
  private final boolean isLazy;
  private final Supplier<byte[]> body;
  private @Nullable Rest rest;

  private Answer(int status, int heldBytes, boolean isLazy, Supplier<byte[]> body) {
    this.isLazy = isLazy;
    this.status = status;
    this.heldBytes = heldBytes;
    this.body = body;
  }

  private Answer(int status, String type, byte[] body) {
    this(status, body.length, false, () -> body);
    if (body.length > 0) {
      headers.put("Content-Type", type);
    }
  }

  /** An object, whose fields are written by the caller. */
  static Answer of(int status, Consumer<JsonGenerator> fields) {
    return new Answer(status, JSON, Json.object(fields));
  }

  /**
   * An object with a value of so many bytes, whose fields are written when it is sent: until then,
   * it keeps no copy of the value.
   */
  static Answer with(int status, int valueBytes, Consumer<JsonGenerator> fields) {
    return new Answer(status, valueBytes, true, () -> Json.object(fields))
        .with("Content-Type", JSON);
  }

  static Answer of(int status) {
    return new Answer(status, JSON, NOTHING);
  }

  static Answer of(int status, String type, byte[] body) {
    return new Answer(status, type, body);
  }

  static Answer error(int status, String why) {
    return of(status, json -> json.writeStringProperty("error", why));
  }

  /** The same answer, with one more header. */
  Answer with(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** What follows a body that is sent as it is produced. */
  interface Rest {
    /** The next piece; nothing at the end. Asked for once the one before is there. */
    CompletableFuture<Optional<byte[]>> next();

    /** The server or the client ends: what has no end of its own comes to one. */
    default void end() {}

    /** Nothing more is asked for. */
    void close();
  }

  /** The same answer, whose body is only the beginning. */
  Answer followedBy(Rest next) {
    rest = next;
    return this;
  }

  /** What follows the body, null when it is the whole. */
  @Nullable Rest rest() {
    return rest;
  }

  /** It is not sent. */
  void discard() {
    if (rest != null) {
      rest.close();
    }
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** How much memory it keeps. */
  int heldBytes() {
    return heldBytes;
  }

  /** Whether its body takes long to make, and is not made yet. */
  boolean isToBeMade() {
    return isLazy && Json.isLarge(heldBytes);
  }

  /** The same answer, with its body made. */
  Answer made() {
    byte[] bytes = body();
    Answer answer = new Answer(status, bytes.length, false, () -> bytes);
    answer.headers.putAll(headers);
    return answer;
  }

  /** The bytes of the body, made anew if they are not kept. */
  byte[] body() {
    return body.get();
  }
}
