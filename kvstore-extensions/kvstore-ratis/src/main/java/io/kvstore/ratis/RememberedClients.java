package io.kvstore.ratis;

import io.kvstore.ratis.Result.Done;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The last batch of each client, so that a repeated batch is answered again but performed once. It
 * is part of the state machine: the same on every member, and in every snapshot.
 *
 * <p>A client has one batch under way at a time, so its last one is all that can be repeated. Above
 * a limit the client that has been silent for the longest is forgotten; its next batch is refused,
 * and it registers anew.
 */
final class RememberedClients {
  /** How many clients are remembered. */
  static final int CLIENTS_LIMIT = 10_000;

  /** Answers to one batch that are longer together are not kept. */
  static final int ANSWERS_LIMIT = 1 << 20;

  private record Last(long sequence, boolean isKept, List<Done> parts) {}

  private static final Last NONE = new Last(0, true, List.of());

  private final int limit;
  private final LinkedHashMap<Long, Last> clients = new LinkedHashMap<>(); // silent ones first
  private long registered;

  RememberedClients(int limit) {
    this.limit = limit;
  }

  /** A number for a new client. */
  Result register() {
    registered++;
    clients.put(registered, NONE);
    if (clients.size() > limit) {
      clients.remove(clients.keySet().iterator().next());
    }
    return new Result.Registered(registered);
  }

  /** Performs a batch unless it was performed before. */
  Result performOnce(LogRecord.Batch batch, Supplier<List<Done>> perform) {
    Last last = clients.get(batch.client());
    if (last == null) {
      return new Result.UnknownClient();
    }
    if (batch.sequence() < last.sequence()) {
      return new Result.Superseded();
    }
    if (batch.sequence() == last.sequence()) {
      return last.isKept() ? new Result.Performed(last.parts()) : new Result.Forgotten();
    }
    List<Done> parts = perform.get();
    boolean isKept = AnswerSizes.of(parts) <= ANSWERS_LIMIT;
    clients.remove(batch.client()); // it is the last now that was heard of
    clients.put(batch.client(), new Last(batch.sequence(), isKept, isKept ? parts : List.of()));
    return new Result.Performed(parts);
  }

  /** How many clients are remembered. */
  int size() {
    return clients.size();
  }

  /** The same memories, which stay as they are. */
  RememberedClients copy() {
    RememberedClients copy = new RememberedClients(limit);
    copy.clients.putAll(clients);
    copy.registered = registered;
    return copy;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(registered);
    List<Map.Entry<Long, Last>> all = new ArrayList<>(clients.entrySet());
    Coding.writeList(
        out,
        all,
        (to, each) -> {
          to.writeLong(each.getKey());
          to.writeLong(each.getValue().sequence());
          to.writeBoolean(each.getValue().isKept());
          Coding.writeList(to, each.getValue().parts(), Done::write);
        });
  }

  static RememberedClients read(DataInputStream in, int limit) throws IOException {
    RememberedClients read = new RememberedClients(limit);
    read.registered = in.readLong();
    Coding.readList(
        in,
        from ->
            read.clients.put(
                from.readLong(),
                new Last(from.readLong(), from.readBoolean(), Coding.readList(from, Done::read))));
    return read;
  }
}
