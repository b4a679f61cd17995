package io.kvstore.labs.solution;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.labs.kit.ElectionMember;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Lab 5, solved. Wrong solutions override one of its steps. */
public class ElectionSolution extends ElectionMember {
  private static final Duration BEAT = Duration.ofMillis(50);
  private static final Duration SHORTEST = Duration.ofMillis(150);
  private static final Duration LONGEST = Duration.ofMillis(300);

  private enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  private Role role = Role.FOLLOWER;
  private long term;
  private Optional<NodeId> votedFor = Optional.empty();
  private final Set<NodeId> votes = new TreeSet<>();

  public ElectionSolution(Env env) {
    super(env);
  }

  @Override
  protected void start() {
    term = saved().term();
    votedFor = saved().votedFor();
    startTimer(SHORTEST, LONGEST);
  }

  @Override
  protected void onTimeout() {
    if (role == Role.LEADER) {
      beat();
      return;
    }
    role = Role.CANDIDATE;
    term++;
    votedFor = Optional.of(self());
    keep(term, votedFor);
    votes.clear();
    votes.add(self());
    broadcast(new RequestVote(epoch(), term));
    startTimer(SHORTEST, LONGEST);
  }

  private void beat() {
    broadcast(new Heartbeat(epoch(), term));
    startTimer(BEAT, BEAT);
  }

  /** A vote is kept before it is told. */
  protected void keep(long inTerm, Optional<NodeId> candidate) {
    save(inTerm, candidate);
  }

  @Override
  protected void onRequestVote(NodeId from, RequestVote request) {
    hear(request.term());
    boolean isGranted = request.term() == term && mayVoteFor(from, votedFor);
    if (isGranted) {
      votedFor = Optional.of(from);
      keep(term, votedFor);
      startTimer(SHORTEST, LONGEST);
    }
    send(from, new Vote(epoch(), term, isGranted));
  }

  protected boolean mayVoteFor(NodeId candidate, Optional<NodeId> votedBefore) {
    return votedBefore.isEmpty() || votedBefore.get().equals(candidate);
  }

  @Override
  protected void onVote(NodeId from, Vote vote) {
    hear(vote.term());
    if (role == Role.CANDIDATE && vote.term() == term && vote.isGranted()) {
      votes.add(from);
      if (votes.size() >= votesNeeded()) {
        role = Role.LEADER;
        lead(term);
        beat();
      }
    }
  }

  protected int votesNeeded() {
    return majority();
  }

  @Override
  protected void onHeartbeat(NodeId from, Heartbeat heartbeat) {
    hear(heartbeat.term());
    if (heartbeat.term() == term && role != Role.LEADER) {
      role = Role.FOLLOWER;
      startTimer(SHORTEST, LONGEST);
    }
  }

  /** A member that hears of a higher term follows in it. */
  private void hear(long heard) {
    if (heard > term) {
      term = heard;
      votedFor = Optional.empty();
      keep(term, votedFor);
      if (role == Role.LEADER) {
        stepDown();
        startTimer(SHORTEST, LONGEST);
      }
      role = Role.FOLLOWER;
    }
  }
}
