package io.kvstore.server.client;

import io.kvstore.Bytes;
import java.net.http.HttpResponse;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server has answered.
 *
 * @param response the answer
 * @param body its whole body
 */
record Reply(HttpResponse<?> response, Bytes body) {
  static final JsonMapper JSON = new JsonMapper();

  int status() {
    return response.statusCode();
  }

  String text() {
    return body.toText();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  /** The version that its ETag says. */
  Optional<String> version() {
    return header("ETag").map(tag -> tag.replace("\"", ""));
  }

  JsonNode json() throws Trouble {
    try {
      return JSON.readTree(text());
    } catch (JacksonException malformed) {
      throw new Trouble(
          Trouble.REFUSED,
          "the answer is no JSON: is " + response.uri() + " a kvstore server?",
          malformed);
    }
  }

  /** What the server says of an error. */
  String error() {
    try {
      String said = JSON.readTree(text()).path("error").asString("");
      return said.isEmpty() ? "status " + status() : said;
    } catch (JacksonException noWords) {
      return "status " + status();
    }
  }
}
