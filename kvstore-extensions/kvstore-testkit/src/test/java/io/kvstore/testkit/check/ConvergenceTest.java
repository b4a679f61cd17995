package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static final Model MAP = Model.keyValue(null);

  private final History.Builder history = History.builder();
  private long time;

  private void write(long value, long version) {
    int row = history.invoke(0, Kind.WRITE, "x", value, time++);
    history.ok(row, Values.NONE, time++);
    if (version != Values.NONE) {
      history.version(row, version);
    }
  }

  private void delete() {
    history.ok(history.invoke(0, Kind.DELETE, "x", null, time++), Values.NONE, time++);
  }

  private void read(int node, @Nullable Long value) {
    int row = history.invoke(10 + node, Kind.READ, "x", null, time++);
    history.ok(row, history.values().of(value), time++);
    history.node(row, node);
  }

  private String verdict() {
    return Convergence.check(history.build(), MAP, Budget.DEFAULT).toString();
  }

  @Test
  void replicasThatAreReadAlikeHaveConverged() {
    write(1, Values.NONE);
    write(2, Values.NONE);
    read(0, 2L);
    read(1, 2L);
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void onlyTheLastReadOfEachReplicaCounts() {
    write(1, Values.NONE);
    write(2, Values.NONE);
    read(0, 1L);
    read(1, 2L);
    read(0, 2L);
    assertThat(verdict()).isEqualTo("holds");
  }

  @Test
  void replicasThatAreReadDifferentlyDiffer() {
    write(1, Values.NONE);
    write(2, Values.NONE);
    read(0, 2L);
    read(1, 1L);
    assertThat(verdict())
        .startsWith("broken: replicas differ: for the key \"x\" n0 has 2 and n1 has 1");
  }

  @Test
  void anAnsweredWriteThatAllReplicasLackIsLost() {
    write(1, Values.NONE);
    write(2, Values.NONE);
    read(0, 1L);
    read(1, 1L);
    assertThat(verdict())
        .startsWith(
            "broken: an answered write is lost: client 10 read 1 under \"x\" in the end, though"
                + " client 0 had put the newer 2 under \"x\"");
  }

  @Test
  void versionsTellWhichWriteIsTheLast() {
    write(1, 5);
    write(2, 4);
    read(0, 1L);
    read(1, 1L);
    assertThat(verdict()).isEqualTo("holds");
    write(3, 6);
    read(0, 1L);
    read(1, 1L);
    assertThat(verdict()).contains("an answered write is lost").contains("the newer 3");
  }

  @Test
  void nothingIsThereAfterADelete() {
    write(1, Values.NONE);
    delete();
    read(0, null);
    read(1, null);
    assertThat(verdict()).isEqualTo("holds");
    write(2, Values.NONE);
    read(0, null);
    read(1, null);
    assertThat(verdict()).contains("an answered write is lost");
  }

  @Test
  void nothingCanBeSaidBeforeTheReplicasAreRead() {
    read(0, null);
    write(1, Values.NONE);
    assertThat(verdict()).isEqualTo("undecided: no node was read after the last write");
  }

  @Test
  void contentsAgreeIfAllNodesHoldTheSameUnderAllKeys() {
    Map<NodeId, Map<String, byte[]>> contents = new TreeMap<>();
    contents.put(NodeId.of(0), Map.of("k", new byte[] {1}));
    contents.put(NodeId.of(1), Map.of("k", new byte[] {1}));
    assertThat(Convergence.checkAgreement(contents).holds()).isTrue();

    contents.put(NodeId.of(2), Map.of("k", new byte[] {1}, "other", new byte[0]));
    assertThat(Convergence.checkAgreement(contents).toString())
        .startsWith("broken: replicas differ: for the key other n0 has null and n2 has");
  }

  @Test
  void whatWasAnsweredIsKeptIfItsVersionOrALaterOneIsThere() {
    write(1, 7);
    History written = history.build();

    assertThat(Convergence.checkKept(written, key -> OptionalLong.of(7)).holds()).isTrue();
    assertThat(Convergence.checkKept(written, key -> OptionalLong.of(8)).holds()).isTrue();
    assertThat(Convergence.checkKept(written, key -> OptionalLong.of(6)).toString())
        .contains("an answered write is lost: version 7 was written, and there is version 6");
    assertThat(Convergence.checkKept(written, key -> OptionalLong.empty()).toString())
        .contains("there is nothing");
  }

  @Test
  void anOlderRemovalDoesNotExplainThatAWriteIsGoneUnlessItMayTakeEffectAgain() {
    deleteOf(6);
    write(1, 7);
    History written = history.build();

    assertThat(Convergence.checkKept(written, key -> OptionalLong.empty()).toString())
        .contains("there is nothing");
    assertThat(Convergence.checkKept(written, key -> OptionalLong.empty(), true).holds()).isTrue();
  }

  @Test
  void aNewerRemovalOrOneOfAnyVersionExplainsThatAWriteIsGone() {
    deleteOf(8);
    write(1, 7);
    assertThat(Convergence.checkKept(history.build(), key -> OptionalLong.empty()).holds())
        .isTrue();

    write(2, 9);
    delete();
    assertThat(Convergence.checkKept(history.build(), key -> OptionalLong.empty()).holds())
        .isTrue();
  }

  private void deleteOf(long version) {
    int row = history.invoke(0, Kind.DELETE, "x", null, time++);
    history.ok(row, Values.NONE, time++);
    history.version(row, version);
  }
}
