package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Position;
import io.kvstore.Session;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.server.transfer.PageSize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * {@code /data}: texts under keys, of the store itself or of a table. Each answer says how many
 * writes were applied before it, so that all answers, sorted by that and reads before the write of
 * the same number, are a legal history.
 */
final class Data {
  private static final Set<String> PARAMETERS =
      Set.of("prefix", "from", "after", "to", "limit", "page");

  /** At most about half a megabyte. */
  static final PageSize PAGES = new PageSize(16 << 10, 512 << 10);

  static final String LIFETIME = "lifetime-seconds";
  private static final double MILLIS_IN_A_SECOND = 1e3;
  private static final double NANOS_IN_A_SECOND = 1e9;

  private final NodeFace node;
  private final Supplier<Session<Bytes, Bytes>> sessions;
  private final AtomicInteger listings; // of more than one page

  /** Of the store itself. */
  Data(NodeFace node) {
    this(node, () -> node.session(), new AtomicInteger());
  }

  private Data(NodeFace node, Supplier<Session<Bytes, Bytes>> sessions, AtomicInteger listings) {
    this.node = node;
    this.sessions = sessions;
    this.listings = listings;
  }

  /** Of a table, at the same node. */
  Data of(KVStore<Bytes, Bytes> table) {
    return new Data(node, () -> table.at(node.node()), listings);
  }

  CompletableFuture<Answer> get(Request request, Target target, List<String> arguments) {
    Bytes key = node.key(arguments.get(0));
    Optional<String> known = request.header("If-None-Match");
    node.requireView();
    Session<Bytes, Bytes> session = sessions.get();
    return session
        .async()
        .getVersioned(key)
        .thenApply(
            found ->
                placed(
                    numberOf(session.position()),
                    found.map(value -> found(value, known)).orElseGet(Data::none)));
  }

  private static Answer found(Versioned<Bytes> value, Optional<String> known) {
    String tag = Precondition.tag(value.version());
    Optional<Double> remaining = value.expiresAt().map(Data::secondsUntil);
    Answer answer =
        known.filter(tags -> Precondition.names(tags, tag)).isPresent()
            ? Answer.of(304)
            : Answer.with(
                200,
                value.value().size(),
                json -> {
                  json.writeStringProperty("value", value.value().toText());
                  remaining.ifPresent(
                      seconds -> json.writeNumberProperty("remaining-seconds", seconds));
                });
    return answer.with("ETag", tag);
  }

  private static double secondsUntil(Instant time) {
    long millis = Duration.between(Instant.now(), time).toMillis();
    return Math.max(0, millis) / MILLIS_IN_A_SECOND;
  }

  private static Answer none() {
    return Answer.error(404, "there is no such key");
  }

  CompletableFuture<Answer> put(Request request, Target target, List<String> arguments) {
    Body body = request.body();
    String text =
        body.string("value").orElseThrow(() -> Refusal.malformed("the body has no 'value'"));
    body.withOnly("value", LIFETIME);
    Optional<Duration> lifetime = body.value(LIFETIME).map(Data::lifetime);
    Bytes value = node.value(text);
    Bytes key = node.key(arguments.get(0));
    Precondition condition = Precondition.of(request);
    node.requireView();
    Update<Bytes, Bytes> put = Update.put(key, value);
    return write(
        condition.limit(lifetime.map(put::lifetime).orElse(put)),
        written ->
            !written.applied()
                ? Answer.error(412, "the key has another version")
                : tagged(Answer.of(written.before().isPresent() ? 200 : 201, json -> {}), written));
  }

  /** How long an entry is to live. */
  static Duration lifetime(JsonNode value) {
    double seconds = value.isNumber() ? Double.parseDouble(value.toString()) : 0;
    Duration time = Duration.ofNanos((long) (seconds * NANOS_IN_A_SECOND));
    if (time.isZero() || time.isNegative()) {
      throw Refusal.malformed("'" + LIFETIME + "' must be a number above 0");
    }
    return time;
  }

  private static Answer tagged(Answer answer, Written<Bytes> written) {
    written.after().ifPresent(now -> answer.with("ETag", Precondition.tag(now.version())));
    return answer;
  }

  CompletableFuture<Answer> delete(Request request, Target target, List<String> arguments) {
    Bytes key = node.key(arguments.get(0));
    Precondition condition = Precondition.of(request);
    node.requireView();
    Update<Bytes, Bytes> remove = Update.<Bytes, Bytes>remove(key).ifPresent();
    return write(
        condition.limit(remove),
        written -> {
          if (written.applied()) {
            return Answer.of(200, json -> {});
          }
          return written.before().isPresent()
              ? Answer.error(412, "the key has another version")
              : none();
        });
  }

  private CompletableFuture<Answer> write(
      Update<Bytes, Bytes> update, Function<Written<Bytes>, Answer> answer) {
    Session<Bytes, Bytes> session = sessions.get();
    return session
        .async()
        .update(update)
        .thenApply(
            written ->
                placed(
                    Math.max(0, numberOf(session.position()) - 1), // without itself
                    answer.apply(written)));
  }

  /** Says how many writes were applied before what is answered. */
  private Answer placed(long writesBefore, Answer answer) {
    return answer
        .with("Msg-Num", String.valueOf(writesBefore))
        .with("Node-Id", String.valueOf(node.id()));
  }

  /**
   * How many writes have been seen: the session is the request's own, and those of one key stand on
   * one shard.
   */
  private static long numberOf(Position position) {
    long number = 0;
    for (int shard : position.shards()) {
      for (int i = 0; i < position.in(shard).length(); i++) {
        number += position.in(shard).get(i);
      }
    }
    return number;
  }

  CompletableFuture<Answer> list(Request request, Target target, List<String> arguments) {
    Selection selection = Selection.of(target, PARAMETERS);
    Optional<Integer> page = Selection.number(target, "page");
    if (page.isPresent() && selection.limit() < Integer.MAX_VALUE) {
      throw Refusal.malformed("'page' and 'limit' exclude each other");
    }
    node.requireView();
    return page.isPresent()
        ? Page.read(sessions.get(), selection.scan(), page.get(), PAGES).thenApply(Data::answer)
        : Listing.of(sessions.get(), selection, listings);
  }

  private static Answer answer(Page page) {
    return Answer.of(
        200,
        json -> {
          json.writeArrayPropertyStart("entries");
          for (Item<Bytes, Bytes> item : page.entries()) {
            json.writeStartObject();
            json.writeStringProperty("key", item.key().toText());
            json.writeStringProperty("value", item.value().toText());
            json.writeStringProperty("version", Long.toUnsignedString(item.version()));
            json.writeEndObject();
          }
          json.writeEndArray();
          if (page.hasMore()) {
            json.writeStringProperty("next", page.lastKey().toText());
          }
        });
  }

  CompletableFuture<Answer> watch(Request request, Target target, List<String> arguments) {
    return node.watching().watch(node, sessions.get(), request, target);
  }
}
