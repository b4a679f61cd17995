package io.kvstore.labs.solution;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.Call;
import io.kvstore.labs.kit.RegisterMember;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lab 4, solved. Wrong solutions override one of its steps. */
public class QuorumRegisterSolution extends RegisterMember {
  /** Will the receiver accept nothing below this ballot any more? */
  protected record Prepare(long epoch, Bytes key, long ballot) implements Message {}

  /** It will not; this it has accepted. */
  protected record Promised(long epoch, Bytes key, long ballot, Accepted accepted)
      implements Message {}

  /** A state, to be accepted with its ballot. */
  protected record Accept(long epoch, Bytes key, Accepted proposal) implements Message {}

  /** The sender has accepted what was proposed with this ballot. */
  protected record Accepts(long epoch, Bytes key, long ballot) implements Message {}

  /** The sender has promised more, and does neither. */
  protected record Refused(long epoch, Bytes key, long ballot, long promised) implements Message {}

  private static final Accepted NOTHING = new Accepted(0, new State(null, 0, List.of()));

  /** A call with its ballot. */
  protected static final class Attempt {
    private final Call call;
    private final long ballot;
    private final Map<NodeId, Accepted> promised = new TreeMap<>();
    private final Set<NodeId> acceptedBy = new TreeSet<>();
    private State proposal; // null until a majority has promised

    private Attempt(Call call) {
      this.call = call;
      ballot = call.nextBallot();
    }
  }

  private final Map<Bytes, Long> promised = new LinkedHashMap<>();
  private final Map<Bytes, Accepted> accepted = new LinkedHashMap<>();
  private final Map<Bytes, Attempt> attempts = new LinkedHashMap<>(); // the last of each key

  public QuorumRegisterSolution(Env env) {
    super(env);
  }

  // The member that is asked by a client

  @Override
  protected void begin(Call call) {
    Attempt attempt = new Attempt(call);
    attempts.put(call.key(), attempt);
    members().forEach(member -> ask(member, attempt));
  }

  private void ask(NodeId member, Attempt attempt) {
    Bytes key = attempt.call.key();
    send(
        member,
        attempt.proposal == null
            ? new Prepare(epoch(), key, attempt.ballot)
            : new Accept(epoch(), key, new Accepted(attempt.ballot, attempt.proposal)));
  }

  private void onPromised(NodeId from, Promised message) {
    Attempt attempt = attempt(message.key(), message.ballot());
    if (attempt == null || attempt.proposal != null) {
      return;
    }
    attempt.promised.put(from, message.accepted());
    if (isMajority(attempt.promised.size())) {
      State latest = latest(attempt.promised).state();
      State proposal = attempt.call.perform(latest);
      if (answersAtOnce(attempt.call)) {
        attempts.remove(message.key());
        attempt.call.done(latest);
        return;
      }
      attempt.proposal = proposal;
      members().forEach(member -> ask(member, attempt));
    }
  }

  /** The one with the highest ballot. */
  protected Accepted latest(Map<NodeId, Accepted> promised) {
    return promised.values().stream()
        .reduce(NOTHING, (one, other) -> other.ballot() > one.ballot() ? other : one);
  }

  /** Also what is only read is written back. */
  protected boolean answersAtOnce(Call call) {
    return false;
  }

  private void onAccepts(NodeId from, Accepts message) {
    Attempt attempt = attempt(message.key(), message.ballot());
    if (attempt == null || attempt.proposal == null) {
      return;
    }
    attempt.acceptedBy.add(from);
    if (isMajority(attempt.acceptedBy.size())) {
      attempts.remove(message.key());
      attempt.call.done(attempt.proposal);
    }
  }

  private void onRefused(Refused message) {
    observeBallot(message.promised());
    Attempt attempt = attempt(message.key(), message.ballot());
    if (attempt != null) {
      attempts.remove(message.key());
      attempt.call.again();
    }
  }

  /** The attempt with this ballot, null when it is over. */
  private Attempt attempt(Bytes key, long ballot) {
    Attempt attempt = attempts.get(key);
    return attempt != null && attempt.ballot == ballot ? attempt : null;
  }

  protected boolean isMajority(int count) {
    return count > members().size() / 2;
  }

  @Override
  protected void onTick(Call call) {
    Attempt attempt = attempts.get(call.key());
    if (attempt != null && attempt.call.equals(call)) {
      members().forEach(member -> ask(member, attempt));
    }
  }

  // The members that it asks

  private void onPrepare(NodeId from, Prepare message) {
    observeBallot(message.ballot());
    Bytes key = message.key();
    long before = promised.getOrDefault(key, 0L);
    if (message.ballot() < before) {
      send(from, new Refused(epoch(), key, message.ballot(), before));
    } else {
      promised.put(key, message.ballot());
      Accepted latest = accepted.getOrDefault(key, NOTHING);
      send(from, new Promised(epoch(), key, message.ballot(), latest));
    }
  }

  private void onAccept(NodeId from, Accept message) {
    Bytes key = message.key();
    long ballot = message.proposal().ballot();
    observeBallot(ballot);
    long before = promised.getOrDefault(key, 0L);
    if (ballot < before) {
      send(from, new Refused(epoch(), key, ballot, before));
    } else {
      promised.put(key, ballot);
      accepted.put(key, message.proposal());
      send(from, new Accepts(epoch(), key, ballot));
    }
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    if (message instanceof Prepare prepare) {
      onPrepare(from, prepare);
    } else if (message instanceof Promised told) {
      onPromised(from, told);
    } else if (message instanceof Accept accept) {
      onAccept(from, accept);
    } else if (message instanceof Accepts told) {
      onAccepts(from, told);
    } else if (message instanceof Refused refused) {
      onRefused(refused);
    }
  }

  // Another view

  @Override
  protected Map<Bytes, Accepted> accepted() {
    return accepted;
  }

  @Override
  protected void onNewView(Map<Bytes, Accepted> latest) {
    attempts.clear();
    promised.clear();
    accepted.clear();
    accepted.putAll(latest);
  }
}
