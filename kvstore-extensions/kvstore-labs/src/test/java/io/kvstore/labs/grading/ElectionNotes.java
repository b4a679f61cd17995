package io.kvstore.labs.grading;

import io.kvstore.NodeId;
import io.kvstore.labs.kit.ElectionMember.Notes;
import io.kvstore.labs.kit.ElectionMember.Saved;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What happened in the elections of one run, and the first thing that must not happen. */
final class ElectionNotes implements Notes {
  private record Ballot(long term, NodeId voter) {}

  private final int majority;
  private final Map<NodeId, Saved> saved = new TreeMap<>();
  private final Map<Ballot, NodeId> votes = new LinkedHashMap<>();
  private final Map<Long, NodeId> leaders = new TreeMap<>(); // by term
  private final Map<NodeId, Long> leading = new TreeMap<>(); // who leads now, in which term
  private Optional<String> broken = Optional.empty();

  ElectionNotes(int members) {
    majority = members / 2 + 1;
  }

  Optional<String> broken() {
    return broken;
  }

  boolean isBroken() {
    return broken.isPresent();
  }

  private void broken(String how) {
    broken = broken.or(() -> Optional.of(how));
  }

  /** Those of these members that lead. */
  List<NodeId> leadersAmong(Collection<NodeId> members) {
    return leading.keySet().stream().filter(members::contains).toList();
  }

  /** A crashed node leads no more. */
  void crashed(NodeId node) {
    leading.remove(node);
  }

  @Override
  public Saved saved(NodeId node) {
    return saved.getOrDefault(node, new Saved(0, Optional.empty()));
  }

  @Override
  public void save(NodeId node, Saved another) {
    if (another.term() < saved(node).term()) {
      broken(node + " goes back from the term " + saved(node).term() + " to " + another.term());
    }
    saved.put(node, another);
  }

  @Override
  public void voted(NodeId voter, long term, NodeId candidate) {
    NodeId before = votes.putIfAbsent(new Ballot(term, voter), candidate);
    if (before != null && !before.equals(candidate)) {
      broken(voter + " votes for " + before + " and for " + candidate + " in the term " + term);
    }
  }

  @Override
  public void leads(NodeId leader, long term) {
    NodeId before = leaders.putIfAbsent(term, leader);
    if (before != null && !before.equals(leader)) {
      broken(before + " and " + leader + " both lead in the term " + term);
    }
    long votesForIt =
        votes.entrySet().stream()
            .filter(vote -> vote.getKey().term() == term)
            .filter(vote -> vote.getValue().equals(leader))
            .count();
    if (votesForIt < majority) {
      broken(leader + " leads in the term " + term + " with no more than " + votesForIt + " votes");
    }
    leading.put(leader, term);
  }

  @Override
  public void stepsDown(NodeId node) {
    leading.remove(node);
  }
}
