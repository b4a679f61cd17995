package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Election.RequestVote;
import io.kvstore.core.replication.Election.Vote;
import io.kvstore.core.spi.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Section 5.2 and 5.4.1 of Ongaro and Ousterhout 2014, and 9.6 of Ongaro's thesis. */
class ElectionTest {
  private static final Duration LONG = Duration.ofSeconds(3);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.RAFT);
  private final List<Candidate> members =
      Stream.of(0, 1, 2).map(number -> new Candidate(number)).toList();
  private final List<String> leaders = new ArrayList<>(); // each as it is elected, with its term
  private final List<Message> sent = new ArrayList<>();

  /** As the first entry of its term does. */
  private record Leads(long epoch, long term) implements Message {}

  /** A member whose log is as long as a test has it. */
  private final class Candidate implements Election.Member {
    private final int number;
    private final Election election;
    private long lastTerm;
    private long last;
    private boolean isWaiting;

    Candidate(int number) {
      this.number = number;
      election = new Election(group.env(number), this);
      group
          .env(number)
          .onMessage(
              (from, message) -> {
                sent.add(message);
                if (message instanceof Leads leads) {
                  election.hears(from, leads.term());
                } else {
                  election.onMessage(from, message);
                }
              });
    }

    void holds(long term, long position) {
      lastTerm = term;
      last = position;
    }

    void waits() {
      isWaiting = true;
      group.run(election::look);
    }

    @Override
    public long lastTerm() {
      return lastTerm;
    }

    @Override
    public long last() {
      return last;
    }

    @Override
    public boolean isWaiting() {
      return isWaiting;
    }

    @Override
    public boolean isIdle() {
      return !isWaiting;
    }

    @Override
    public void lead() {
      leaders.add("n" + number + " in term " + election.term());
      isWaiting = false;
      group.env(number).broadcast(new Leads(group.env(number).view().epoch(), election.term()));
    }

    @Override
    public void stepDown() {
      leaders.add("n" + number + " steps down");
    }

    @Override
    public void follow() {}
  }

  @BeforeEach
  void begin() {
    group.run(() -> members.forEach(each -> each.election.restart(group.env(0).view(), 0)));
  }

  private void beginWithALeader() {
    group.run(() -> members.forEach(each -> each.election.begin()));
    group.pass(Duration.ofMillis(10));
  }

  @Test
  void theFirstMemberOfAViewStandsAtOnce() {
    beginWithALeader();
    assertThat(leaders).containsExactly("n0 in term 1");
    assertThat(members.get(2).election.leader()).isEqualTo(NodeId.of(0));
    assertThat(members.get(2).election.hasLeader()).isTrue();
  }

  @Test
  void whileNoMemberWaitsNothingIsSent() {
    beginWithALeader();
    sent.clear();
    group.env(0).setDown(true);
    group.pass(LONG);
    assertThat(sent).isEmpty();
    assertThat(leaders).hasSize(1);
  }

  @Test
  void aMemberThatWaitsInVainIsElectedInTheNextTerm() {
    beginWithALeader();
    group.env(0).setDown(true);
    members.get(1).waits();
    group.pass(LONG);
    assertThat(leaders).containsExactly("n0 in term 1", "n1 in term 2");
    assertThat(members.get(1).election.isCutOff()).isFalse();
  }

  /** 5.4.1: the log of a leader has all that its voters have. So the other one stands. */
  @Test
  void onlyAMemberWithEverythingIsElectedWhicheverWaits() {
    beginWithALeader();
    members.get(1).holds(1, 7);
    members.get(2).holds(1, 8);
    group.env(0).setDown(true);
    members.get(1).waits();
    group.pass(LONG);
    assertThat(leaders).containsExactly("n0 in term 1", "n2 in term 2");
  }

  /** 5.4.1: a later term counts more than a longer log. */
  @Test
  void theLogWithTheLaterTermHasMore() {
    beginWithALeader();
    members.get(1).holds(2, 3);
    members.get(2).holds(1, 8);
    group.env(0).setDown(true);
    members.get(2).waits();
    group.pass(LONG);
    assertThat(leaders).hasSize(2).last().asString().startsWith("n1 ");
  }

  @Test
  void whoStandsForAnotherStopsWhenThatIsGone() {
    beginWithALeader();
    members.get(2).holds(1, 8);
    group.env(0).setDown(true);
    members.get(1).waits();
    group.pass(Duration.ofMillis(400)); // it has asked once or twice
    group.env(1).setDown(true);
    group.pass(LONG);
    sent.clear();
    group.pass(LONG);
    assertThat(sent).isEmpty();
    assertThat(members.get(2).election.isLeader()).isFalse();
  }

  /** 5.2: one vote in a term, for the candidate that asks first. */
  @Test
  void aMemberVotesOnceInATerm() {
    List<Vote> votes = new ArrayList<>();
    group.env(0).onMessage((from, message) -> votes.add((Vote) message));
    group.env(2).onMessage((from, message) -> votes.add((Vote) message));
    RequestVote request = new RequestVote(1, 5, 0, 0, false);
    group.run(
        () -> {
          Election voter = members.get(1).election;
          voter.onMessage(NodeId.of(0), request);
          voter.onMessage(NodeId.of(2), request);
          voter.onMessage(NodeId.of(0), request); // once more: the answer was lost
        });
    group.pass(Duration.ofMillis(10));
    assertThat(votes.stream().filter(Vote::isGranted)).hasSize(2);
    assertThat(votes.stream().filter(each -> !each.isGranted())).hasSize(1);
  }

  /** 9.6: one that is cut off and comes back does not depose a leader that others hear. */
  @Test
  void aTrialChangesNoTermAndIsLostWhileALeaderIsHeard() {
    beginWithALeader();
    group.env(2).setDown(true);
    members.get(2).waits();
    group.pass(LONG);
    assertThat(members.get(2).election.term()).isEqualTo(1);
    assertThat(members.get(2).election.isCutOff()).isTrue();

    group.run(() -> members.get(1).election.hears(NodeId.of(0), 1));
    group.env(2).setDown(false);
    group.run(() -> group.env(2).broadcast(new RequestVote(1, 2, 0, 0, true)));
    group.pass(Duration.ofMillis(10));
    assertThat(leaders).hasSize(1);
    assertThat(members.get(0).election.isLeader()).isTrue();
  }

  @Test
  void aLeaderThatHearsNoMajorityStepsDown() {
    beginWithALeader();
    group.env(0).setDown(true);
    members.get(0).waits();
    group.pass(LONG);
    assertThat(leaders).containsExactly("n0 in term 1", "n0 steps down");
    assertThat(members.get(0).election.isCutOff()).isTrue();
    assertThat(members.get(0).election.hasLeader()).isFalse();
  }

  @Test
  void aLeaderThatHearsOfALaterTermStepsDown() {
    beginWithALeader();
    group.run(() -> members.get(0).election.hearTerm(4));
    assertThat(leaders).containsExactly("n0 in term 1", "n0 steps down");
    assertThat(members.get(0).election.term()).isEqualTo(4);
    group.run(() -> assertThat(members.get(0).election.hears(NodeId.of(1), 3)).isFalse());
  }

  @Test
  void theNextViewBeginsAfterTheTermsOfTheLast() {
    beginWithALeader();
    group.nextEpoch();
    group.run(() -> members.forEach(each -> each.election.restart(group.env(0).view(), 6)));
    beginWithALeader();
    assertThat(leaders).containsExactly("n0 in term 1", "n0 in term 7");
  }
}
