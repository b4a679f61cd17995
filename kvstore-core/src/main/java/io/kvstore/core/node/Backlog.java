package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What has come to a replica that does not serve for the moment. Used on its loop. */
final class Backlog {
  private static final int MESSAGES_LIMIT = 10_000;
  private final long bytesLimit;
  private long bytes; // of messages

  private record Kept(NodeId from, Message message) {}

  private final List<Kept> messages = new ArrayList<>(); // of epochs that are yet to come
  private final List<ClientRequest> requests = new ArrayList<>(); // that came while frozen
  private final List<GuardedTimer> alarms = new ArrayList<>(); // that were due while frozen

  /**
   * Nothing has come yet.
   *
   * @param bytesLimit of messages: what is more is lost, and comes again
   */
  Backlog(long bytesLimit) {
    this.bytesLimit = bytesLimit;
  }

  void keep(NodeId from, Message message) {
    if (messages.size() < MESSAGES_LIMIT && bytes < bytesLimit) {
      bytes += message.footprint();
      messages.add(new Kept(from, message));
    }
  }

  void keep(ClientRequest request) {
    requests.add(request);
  }

  void keep(GuardedTimer alarm) {
    alarm.keep();
    alarms.add(alarm);
  }

  /** Forgets requests: another replica sees to them. */
  void forgetRequests() {
    requests.clear();
  }

  /** Forgets timers: whose they were is no more. */
  void forgetTimers() {
    alarms.clear();
  }

  /** Forgets messages and requests. */
  void forget() {
    messages.clear();
    bytes = 0;
    requests.clear();
  }

  /** Hands over what was kept: first messages, then requests, then timers that still run. */
  void replay(
      BiConsumer<NodeId, Message> onMessage,
      Consumer<ClientRequest> onRequest,
      Consumer<Runnable> onTimer) {
    List<Kept> keptMessages = new ArrayList<>(messages);
    messages.clear();
    bytes = 0;
    keptMessages.forEach(kept -> onMessage.accept(kept.from(), kept.message()));
    List<ClientRequest> keptRequests = new ArrayList<>(requests);
    requests.clear();
    keptRequests.forEach(onRequest);
    List<GuardedTimer> keptAlarms = new ArrayList<>(alarms);
    alarms.clear();
    keptAlarms.stream()
        .filter(GuardedTimer::isStillKept)
        .forEach(alarm -> onTimer.accept(alarm.task()));
  }
}
