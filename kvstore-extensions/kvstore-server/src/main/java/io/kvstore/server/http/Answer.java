package io.kvstore.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What a request is answered: a status, headers and a body. */
final class Answer {
  static final String JSON = "application/json";
  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final byte[] body;
  private @Nullable Rest rest;

  private Answer(int status, String type, byte[] body) {
    this.status = status;
    this.body = body;
    if (body.length > 0) {
      headers.put("Content-Type", type);
    }
  }

  /** An object, whose fields are written by the caller. */
  static Answer of(int status, Consumer<JsonGenerator> fields) {
    return new Answer(status, JSON, Json.object(fields));
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

  byte[] body() {
    return body;
  }
}
