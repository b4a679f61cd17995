package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Position;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * {@code /kvs}: any JSON under keys. What a client has seen travels as {@code causal-metadata}: a
 * node that has not seen as much waits for some time, then refuses. At the eventual level no node
 * knows what another has seen: there the metadata is not heeded.
 */
final class CausalData {
  private static final String METADATA = "causal-metadata";
  private static final String NOT_SATISFIED = "causal dependencies not satisfied; try again later";
  private static final String TOO_MANY_WAIT =
      "too many requests wait for what this node has yet to see; try again later";
  private static final int LONGEST_KEY = 50;
  private static final Duration PATIENCE = Duration.ofMillis(1_500);

  private final NodeFace node;

  CausalData(NodeFace node) {
    this.node = node;
  }

  CompletableFuture<Answer> put(Request request, Target target, List<String> arguments) {
    Body body = request.body();
    if (!body.has("value") || !body.has(METADATA)) {
      throw Refusal.malformed("PUT request does not specify a value");
    }
    body.withOnly("value", METADATA);
    Bytes key = key(arguments);
    Bytes value = node.value(body.text("value").orElseThrow());
    return after(
        request,
        body,
        session ->
            session
                .async()
                .update(Update.put(key, value))
                .thenApply(
                    written ->
                        written.before().isPresent()
                            ? answer(200, "replaced", session)
                            : answer(201, "created", session)));
  }

  CompletableFuture<Answer> get(Request request, Target target, List<String> arguments) {
    Bytes key = key(arguments);
    return after(
        request,
        request.body().withOnly(METADATA),
        session ->
            session
                .async()
                .getVersioned(key)
                .thenCompose(
                    found ->
                        found.isPresent()
                            ? found(found.get(), session)
                            : CompletableFuture.completedFuture(none())));
  }

  CompletableFuture<Answer> delete(Request request, Target target, List<String> arguments) {
    Bytes key = key(arguments);
    return after(
        request,
        request.body().withOnly(METADATA),
        session ->
            session
                .async()
                .remove(key)
                .thenApply(removed -> removed ? answer(200, "deleted", session) : none()));
  }

  private Bytes key(List<String> arguments) {
    String text = arguments.get(0);
    if (text.codePointCount(0, text.length()) > LONGEST_KEY) {
      throw Refusal.malformed("Key is too long");
    }
    return node.key(text);
  }

  /** Performs what is asked for, for a client that has seen what the body says. */
  private CompletableFuture<Answer> after(
      Request asked,
      Body body,
      Function<Session<Bytes, Bytes>, CompletableFuture<Answer>> request) {
    Position seen = position(body);
    boolean isHeeded = node.requireView().consistency() != Consistency.EVENTUAL;
    if (!isHeeded || node.hasShown(seen)) {
      return perform(seen, isHeeded, request);
    }
    if (!asked.ticket().beginWaiting(node.waits())) {
      return CompletableFuture.completedFuture(Failure.unavailable(TOO_MANY_WAIT));
    }
    CompletableFuture<Answer> answer;
    try {
      answer = perform(seen, true, request);
    } catch (RuntimeException refused) { // a limit of the store, or a closed store
      answer = CompletableFuture.failedFuture(refused);
    }
    return answer.whenComplete((ended, thrown) -> asked.ticket().endWaiting(node.waits()));
  }

  private CompletableFuture<Answer> perform(
      Position seen,
      boolean isHeeded,
      Function<Session<Bytes, Bytes>, CompletableFuture<Answer>> request) {
    Session<Bytes, Bytes> session = node.session(seen).withTimeout(PATIENCE);
    return request
        .apply(session)
        .handle(
            (answer, thrown) -> {
              if (thrown == null) {
                if (isHeeded) {
                  node.showed(session.position());
                }
                return answer;
              }
              Throwable cause = Failure.cause(thrown);
              if (cause instanceof UnavailableException && !seen.equals(Position.START)) {
                return Failure.unavailable(NOT_SATISFIED);
              }
              throw new CompletionException(cause);
            });
  }

  private static Position position(Body body) {
    Optional<JsonNode> metadata = body.value(METADATA);
    if (metadata.isEmpty() || metadata.get().isNull()) {
      return Position.START;
    }
    String expected = "'" + METADATA + "' must be null or what an answer said";
    if (!metadata.get().isString()) {
      throw Refusal.malformed(expected);
    }
    try {
      return Position.parse(metadata.get().stringValue());
    } catch (IllegalArgumentException malformed) {
      throw Refusal.malformed(expected + ": " + malformed.getMessage());
    }
  }

  private static Answer none() {
    return Answer.error(404, "Key does not exist");
  }

  private CompletableFuture<Answer> found(Versioned<Bytes> found, Session<Bytes, Bytes> session) {
    return Json.isLarge(found.value().size())
        ? CompletableFuture.supplyAsync(() -> shown(found, session), node.json())
        : CompletableFuture.completedFuture(shown(found, session));
  }

  private static Answer shown(Versioned<Bytes> found, Session<Bytes, Bytes> session) {
    boolean isJson = Json.isValue(found.value().toText());
    return Answer.with(
        200,
        found.value().size(),
        json -> {
          json.writeStringProperty("result", "found");
          json.writeName("value");
          if (isJson) {
            json.writeRawValue(found.value().toText());
          } else { // was not put here
            json.writeString(found.value().toText());
          }
          write(json, session);
        });
  }

  private static Answer answer(int status, String result, Session<Bytes, Bytes> session) {
    return Answer.of(
        status,
        json -> {
          json.writeStringProperty("result", result);
          write(json, session);
        });
  }

  private static void write(JsonGenerator json, Session<Bytes, Bytes> session) {
    json.writeStringProperty(METADATA, session.position().toString());
  }
}
