package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.function.Function;

/** A member of a group that elects its leader, without clients: all but what they ask for. */
final class ElectedMember implements Election.Member {
  private final FakeGroup group;
  private final FakeGroup.FakeEnv env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final LogLease lease;
  private final ElectedOrder order;
  private final Election election;
  private final LogReplication replication;

  ElectedMember(
      FakeGroup group, int number, Function<Env, LogLease> leases, List<String> askedAgain) {
    this.group = group;
    env = group.env(number);
    lease = leases.apply(env);
    Acknowledgements acknowledgements = new Acknowledgements(env.self());
    order =
        new ElectedOrder(
            env,
            pendingRequests,
            acknowledgements,
            (request, reply) -> askedAgain.add("client " + request.client()));
    election = new Election(env, this);
    replication =
        new LogReplication(env, election, order, acknowledgements, pendingRequests, lease);
    env.onMessage(
        (from, message) -> {
          if (!replication.onMessage(from, message)) {
            election.onMessage(from, message);
          }
          election.look();
        });
  }

  /** Serves in the group's view, which begins after a term. */
  void begin(long term) {
    View view = env.view();
    replication.restart(view);
    election.restart(view, term);
    replication.begin();
    election.begin();
  }

  /** Puts a value of a client into the log, as its leader does. */
  RecordedReply put(int client, String value) {
    RecordedReply reply = new RecordedReply();
    Change put = new Change.Put(Bytes.of(value), 0, Change.FOREVER);
    Write write = new Write(Bytes.of("k"), Condition.ALWAYS, put);
    Asking request = new Asking(client, 1, write, Consistency.LINEARIZABLE);
    group.run(
        () -> {
          replication.tell(order.append(election.term(), request, reply));
          election.look();
        });
    return reply;
  }

  /** Asks the others, as its leader does before it answers a read. */
  RecordedReply ask() {
    RecordedReply reply = new RecordedReply();
    group.run(
        () -> {
          replication.rounds().ask(reply, () -> false, () -> reply.refuse("may be read"));
          election.look();
        });
    return reply;
  }

  LogLease lease() {
    return lease;
  }

  ElectedOrder order() {
    return order;
  }

  Election election() {
    return election;
  }

  LogReplication replication() {
    return replication;
  }

  /** Up to where it has performed the order. */
  long position() {
    return order.performed().position();
  }

  /** Up to where it has the order. */
  long held() {
    return order.performed().log().last();
  }

  @Override
  public long lastTerm() {
    return order.lastTerm();
  }

  @Override
  public long last() {
    return held();
  }

  @Override
  public boolean isWaiting() {
    return !replication.isDone();
  }

  @Override
  public boolean isIdle() {
    return replication.isDone();
  }

  @Override
  public void lead() {
    replication.lead();
  }

  @Override
  public void stepDown() {
    replication.stepDown();
  }

  @Override
  public void follow() {
    replication.follow();
  }
}
