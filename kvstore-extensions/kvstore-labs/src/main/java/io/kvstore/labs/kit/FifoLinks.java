package io.kvstore.labs.kit;

import io.kvstore.NodeId;
import io.kvstore.core.replication.InOrderInbox;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Links that carry each message once and in the order in which it was sent, over links that lose,
 * repeat and reorder: each is numbered, and sent again until its receipt is here.
 */
final class FifoLinks {
  /** A message with its number among those from its sender to its receiver. */
  record Numbered(long epoch, long number, Message message) implements Message {
    @Override
    public String toString() {
      return message + " (no. " + number + ")";
    }
  }

  /** All messages up to this number have come. */
  record Received(long epoch, long upTo) implements Message {}

  private static final int EARLY_LIMIT = 1_000; // what overtakes more than that comes again

  private static final class Link {
    private final TreeMap<Long, Message> unreceived = new TreeMap<>();
    private final InOrderInbox<Message> inbox =
        new InOrderInbox<>(EARLY_LIMIT, Long.MAX_VALUE, message -> 0);
    private long sent;
  }

  private final Env env;
  private final BiConsumer<NodeId, Message> receive;
  private final Map<NodeId, Link> links = new TreeMap<>();
  private final Timer retry;

  FifoLinks(Env env, BiConsumer<NodeId, Message> receive) {
    this.env = env;
    this.receive = receive;
    retry = env.timer(this::sendAgain);
  }

  /** Begins anew with another view: what was said in the last one means nothing any more. */
  void restart() {
    links.clear();
    retry.stop();
  }

  private Link to(NodeId member) {
    return links.computeIfAbsent(member, any -> new Link());
  }

  void broadcast(Message message) {
    for (NodeId member : env.view().members()) {
      if (!member.equals(env.self())) {
        Link link = to(member);
        link.unreceived.put(++link.sent, message);
        send(member, link.sent, message);
      }
    }
    retry.startIfIdle(Retry.INTERVAL_NANOS);
  }

  private void send(NodeId to, long number, Message message) {
    env.send(to, new Numbered(env.view().epoch(), number, message));
  }

  private void sendAgain() {
    boolean isMissing = false;
    for (Map.Entry<NodeId, Link> each : links.entrySet()) {
      each.getValue().unreceived.entrySet().stream()
          .limit(Retry.BATCH)
          .forEach(one -> send(each.getKey(), one.getKey(), one.getValue()));
      isMissing |= !each.getValue().unreceived.isEmpty();
    }
    if (isMissing) {
      retry.start(Retry.INTERVAL_NANOS);
    }
  }

  /** Takes a message; tells whether it was one of these. */
  boolean onMessage(NodeId from, Message message) {
    if (message instanceof Numbered numbered) {
      Link link = to(from);
      link.inbox.offer(
          numbered.number(),
          numbered.message(),
          next -> {
            receive.accept(from, next);
            return true;
          });
      env.send(from, new Received(env.view().epoch(), link.inbox.received()));
    } else if (message instanceof Received received) {
      to(from).unreceived.headMap(received.upTo(), true).clear();
    } else {
      return false;
    }
    return true;
  }
}
