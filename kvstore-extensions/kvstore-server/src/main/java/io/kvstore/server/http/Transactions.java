package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Session;
import io.kvstore.Transacted;
import io.kvstore.Transaction;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * {@code /transactions}, of the store itself or of a table: reads and writes of several keys as
 * one, on conditions.
 *
 * <pre>
 * {"if": [{"key": "seat 12", "value": "free"}],
 *  "then": [{"put": "seat 12", "value": "Ada"}, {"add": "sold", "delta": 1}],
 *  "otherwise": [{"get": "seat 12"}]}
 * </pre>
 */
final class Transactions {
  private static final int MOST_PARTS = 1_000;
  private static final String KEY = "key";
  private static final String VALUE = "value";
  private static final String DELTA = "delta";
  private static final Set<String> CONDITIONS = Set.of("absent", "present", VALUE, "version");
  private static final Set<String> ACTIONS =
      Set.of("get", "put", "remove", "add", "append", "prepend", "touch");

  /** One more condition, read or write. */
  private interface Part extends UnaryOperator<Transaction<Bytes, Bytes>> {}

  private final NodeFace node;

  Transactions(NodeFace node) {
    this.node = node;
  }

  CompletableFuture<Answer> ofStore(Request request, Target target, List<String> arguments) {
    return transact(node.session(), request);
  }

  CompletableFuture<Answer> ofTable(Request request, Target target, List<String> arguments) {
    return transact(node.table(arguments.get(0)).at(node.node()), request);
  }

  private CompletableFuture<Answer> transact(Session<Bytes, Bytes> session, Request request) {
    Body body = request.body().withOnly("if", "then", "otherwise");
    List<Part> parts = new ArrayList<>();
    parts.addAll(parts(body, "if", this::condition));
    parts.addAll(parts(body, "then", (field, part) -> action(part, field, true)));
    parts.addAll(parts(body, "otherwise", (field, part) -> action(part, field, false)));
    if (parts.size() > MOST_PARTS) {
      throw Refusal.malformed("a transaction has at most " + MOST_PARTS + " parts");
    }
    node.requireView();
    return session
        .async()
        .transact(
            empty -> {
              Transaction<Bytes, Bytes> described = empty;
              for (Part part : parts) {
                described = part.apply(described);
              }
              return described;
            })
        .thenApply(done -> answer(done).with("Node-Id", String.valueOf(node.id())));
  }

  private static List<Part> parts(
      Body body, String field, BiFunction<String, JsonNode, Part> described) {
    List<Part> parts = new ArrayList<>();
    body.value(field)
        .ifPresent(
            list -> {
              if (!list.isArray()) {
                throw Refusal.malformed("'" + field + "' must be a list");
              }
              for (JsonNode part : list) {
                if (!part.isObject()) {
                  throw Refusal.malformed("'" + field + "' must be a list of objects");
                }
                parts.add(described.apply(field, part));
              }
            });
    return parts;
  }

  private Part condition(String field, JsonNode part) {
    String kind = kindOf(part, field, CONDITIONS);
    Body.requireOnly(part.propertyNames(), KEY, kind);
    Bytes key = node.key(Body.string(part, KEY));
    switch (kind) {
      case VALUE -> {
        Bytes value = node.value(Body.string(part, VALUE));
        return tx -> tx.ifValue(key, value);
      }
      case "version" -> {
        long version = version(Body.string(part, "version"));
        return tx -> tx.ifVersion(key, version);
      }
      default -> {
        if (!part.path(kind).isBoolean() || !part.path(kind).booleanValue()) {
          throw Refusal.malformed("'" + kind + "' must be true");
        }
        return kind.equals("absent") ? tx -> tx.ifAbsent(key) : tx -> tx.ifPresent(key);
      }
    }
  }

  private static long version(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException wrong) {
      throw Refusal.malformed("'" + Body.shown(text) + "' is not a version: it is a number");
    }
  }

  private Part action(JsonNode part, String field, boolean isThen) {
    String kind = kindOf(part, field, ACTIONS);
    Bytes key = node.key(Body.string(part, kind));
    if (kind.equals("get")) {
      Body.requireOnly(part.propertyNames(), kind);
      return isThen ? tx -> tx.thenGet(key) : tx -> tx.otherwiseGet(key);
    }
    Update<Bytes, Bytes> write = write(kind, key, part);
    return isThen ? tx -> tx.then(write) : tx -> tx.otherwise(write);
  }

  private Update<Bytes, Bytes> write(String kind, Bytes key, JsonNode part) {
    switch (kind) {
      case "put" -> {
        Body.requireOnly(part.propertyNames(), kind, VALUE, Data.LIFETIME);
        return limited(Update.put(key, node.value(Body.string(part, VALUE))), part);
      }
      case "add" -> {
        Body.requireOnly(part.propertyNames(), kind, DELTA, Data.LIFETIME);
        if (!part.path(DELTA).canConvertToLong() || !part.path(DELTA).isIntegralNumber()) {
          throw Refusal.malformed("'" + DELTA + "' must be a whole number");
        }
        return limited(Update.add(key, part.path(DELTA).longValue()), part);
      }
      case "touch" -> {
        Body.requireOnly(part.propertyNames(), kind, Data.LIFETIME);
        return Update.touch(key, Data.lifetime(part.path(Data.LIFETIME)));
      }
      case "remove" -> {
        Body.requireOnly(part.propertyNames(), kind);
        return Update.remove(key);
      }
      default -> {
        Body.requireOnly(part.propertyNames(), kind, VALUE);
        Bytes more = node.value(Body.string(part, VALUE));
        return kind.equals("append") ? Update.append(key, more) : Update.prepend(key, more);
      }
    }
  }

  private static Update<Bytes, Bytes> limited(Update<Bytes, Bytes> write, JsonNode part) {
    return part.has(Data.LIFETIME)
        ? write.lifetime(Data.lifetime(part.path(Data.LIFETIME)))
        : write;
  }

  /** Which one of these fields a part has. */
  private static String kindOf(JsonNode part, String field, Set<String> kinds) {
    Set<String> named = new TreeSet<>(part.propertyNames());
    named.retainAll(kinds);
    if (named.size() != 1) {
      throw Refusal.malformed(
          "each of '" + field + "' has one of '" + String.join("', '", new TreeSet<>(kinds)) + "'");
    }
    return named.iterator().next();
  }

  private static Answer answer(Transacted<Bytes, Bytes> done) {
    long bytes = done.reads().values().stream().mapToLong(read -> read.value().size()).sum();
    return Answer.with(
        200,
        (int) Math.min(bytes, Integer.MAX_VALUE),
        json -> {
          json.writeBooleanProperty("succeeded", done.succeeded());
          json.writeArrayPropertyStart("reads");
          for (Map.Entry<Bytes, Versioned<Bytes>> read : done.reads().entrySet()) {
            json.writeStartObject();
            json.writeStringProperty(KEY, read.getKey().toText());
            writeTo(json, read.getValue());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayPropertyStart("writes");
          for (Written<Bytes> written : done.writes()) {
            json.writeStartObject();
            written.after().ifPresent(now -> writeTo(json, now));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void writeTo(JsonGenerator json, Versioned<Bytes> entry) {
    json.writeStringProperty(VALUE, entry.value().toText());
    json.writeStringProperty("version", Long.toUnsignedString(entry.version()));
  }
}
