package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.FullException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Versioned;
import io.kvstore.server.EndpointLimits;
import io.kvstore.server.transfer.EntryLine;
import io.kvstore.server.transfer.PageSize;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * {@code /entries}: entries as they are, with bytes that are no text, flags and times of expiry, as
 * lines of JSON. A request reads a page of them, or sets some; keys in parameters are in Base64 for
 * addresses, so that any key can be named.
 */
final class Entries {
  /** How many entries a page has at the most, and how many one request may set. */
  static final int MOST_LINES = 1_000;

  static final String TYPE = "application/x-ndjson";
  private static final PageSize PAGES = new PageSize(MOST_LINES, 1 << 20);
  private static final Set<String> PARAMETERS =
      Set.of("prefix64", "from64", "after64", "to64", "limit");

  private final NodeFace node;
  private final Supplier<Session<Bytes, Bytes>> sessions;

  /** Of the store itself. */
  Entries(NodeFace node) {
    this(node, () -> node.session());
  }

  private Entries(NodeFace node, Supplier<Session<Bytes, Bytes>> sessions) {
    this.node = node;
    this.sessions = sessions;
  }

  private Entries ofTable(String name) {
    KVStore<Bytes, Bytes> table = node.table(name);
    return new Entries(node, () -> table.at(node.node()));
  }

  CompletableFuture<Answer> listOfTable(Request request, Target target, List<String> arguments) {
    return ofTable(arguments.get(0)).list(request, target, arguments);
  }

  CompletableFuture<Answer> putInTable(Request request, Target target, List<String> arguments) {
    return ofTable(arguments.get(0)).put(request, target, arguments);
  }

  // Reading

  CompletableFuture<Answer> list(Request request, Target target, List<String> arguments) {
    for (String name : target.parameters().keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw Refusal.malformed("there is no parameter '" + Body.shown(name) + "'");
      }
    }
    Scan<Bytes> all = Scan.prefix(key(target, "prefix64").orElse(Bytes.EMPTY));
    Optional<Bytes> from = key(target, "from64");
    Optional<Bytes> to = key(target, "to64");
    if (from.isPresent() || to.isPresent()) {
      if (target.parameters().containsKey("prefix64")) {
        throw Refusal.malformed("'prefix64' excludes 'from64' and 'to64'");
      }
      all = Scan.from(from.orElse(Bytes.EMPTY));
      all = to.isPresent() ? all.until(to.get()) : all;
    }
    Optional<Bytes> after = key(target, "after64");
    Scan<Bytes> wanted = after.isPresent() ? all.startAfter(after.get()) : all;
    int limit = target.parameter("limit", false).map(Entries::limit).orElse(MOST_LINES);
    node.requireView();
    Session<Bytes, Bytes> session = sessions.get();
    return Page.read(session, wanted, limit, PAGES).thenCompose(page -> answer(session, page));
  }

  private static Optional<Bytes> key(Target target, String name) {
    try {
      return target
          .parameter(name, true)
          .map(text -> Bytes.wrap(Base64.getUrlDecoder().decode(text)));
    } catch (IllegalArgumentException malformed) {
      throw Refusal.malformed("'" + name + "' is not Base64 for addresses");
    }
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_LINES) {
        return limit;
      }
    } catch (NumberFormatException malformed) {
      // Said below.
    }
    throw Refusal.malformed("'limit' must be a number from 1 to " + MOST_LINES);
  }

  /** A page has no flags and times of expiry: each entry is asked for by its key. */
  private static CompletableFuture<Answer> answer(Session<Bytes, Bytes> session, Page page) {
    Map<Bytes, CompletableFuture<Optional<Versioned<Bytes>>>> asked = new LinkedHashMap<>();
    page.entries().forEach(item -> asked.put(item.key(), session.async().getVersioned(item.key())));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              StringBuilder lines = new StringBuilder();
              asked.forEach(
                  (key, found) ->
                      found
                          .join()
                          .ifPresent(
                              entry -> lines.append(EntryLine.of(key, entry).text()).append('\n')));
              Answer answer =
                  Answer.of(200, TYPE, lines.toString().getBytes(StandardCharsets.UTF_8));
              return page.hasMore() ? answer.with("Next-After64", text64(page.lastKey())) : answer;
            });
  }

  private static String text64(Bytes key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.toArray());
  }

  // Writing

  CompletableFuture<Answer> put(Request request, Target target, List<String> arguments) {
    List<EntryLine> entries = entriesIn(request);
    node.requireView();
    Instant now = Instant.now();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    Session<Bytes, Bytes> session = sessions.get();
    for (EntryLine entry : entries) {
      entry.updateAt(now).ifPresent(update -> calls.add(session.async().update(update)));
    }
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .handle((done, thrown) -> answer(calls, entries.size() - calls.size()));
  }

  private List<EntryLine> entriesIn(Request request) {
    List<String> lines = Body.text(request.bodyBytes()).lines().toList();
    if (lines.size() > MOST_LINES) {
      throw Refusal.malformed(
          "the body has " + lines.size() + " lines, and may have " + MOST_LINES + " at the most");
    }
    List<EntryLine> entries = new ArrayList<>();
    for (String line : lines) {
      try {
        entries.add(checked(EntryLine.of(EntryLine.parse(line))));
      } catch (IllegalArgumentException wrong) {
        throw Refusal.malformed("line " + (entries.size() + 1) + ": " + wrong.getMessage());
      }
    }
    return entries;
  }

  private EntryLine checked(EntryLine entry) {
    EndpointLimits limits = node.options().endpoint().limits();
    if (entry.key().isEmpty() || entry.key().size() > limits.keyBytes()) {
      throw new IllegalArgumentException(
          "a key has from 1 to " + limits.keyBytes() + " bytes, not " + entry.key().size());
    }
    if (entry.value().size() > limits.valueBytes()) {
      throw new IllegalArgumentException(
          "the value is longer than " + limits.valueBytes() + " bytes");
    }
    return entry;
  }

  /** Also a part of them may have been set: then 503, which says that nothing was, is no answer. */
  private static Answer answer(List<CompletableFuture<?>> calls, int expired) {
    List<Throwable> failed = new ArrayList<>();
    for (CompletableFuture<?> call : calls) {
      if (call.isCompletedExceptionally()) {
        failed.add(Failure.cause(call.handle((set, thrown) -> thrown).join()));
      }
    }
    if (failed.isEmpty()) {
      return Answer.of(
          200,
          json -> {
            json.writeNumberProperty("entries", calls.size());
            json.writeNumberProperty("expired", expired);
          });
    }
    Throwable first =
        failed.stream()
            .filter(each -> each instanceof FullException || !(each instanceof KVStoreException))
            .findFirst()
            .orElse(failed.get(0));
    Answer answer = Failure.answer(first);
    return answer.status() == 503 && failed.size() < calls.size()
        ? Answer.error(
            500,
            failed.size() + " of " + calls.size() + " entries are not set: " + first.getMessage())
        : answer;
  }
}
