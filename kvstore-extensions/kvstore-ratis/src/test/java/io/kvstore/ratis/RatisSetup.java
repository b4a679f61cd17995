package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.engine.Bench;
import io.kvstore.testkit.engine.Setup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A store across machines as a test has it: through what, at which level, in how many parts. */
record RatisSetup(
    SharedMembers members, Face face, Consistency consistency, int shards, Kind datalet)
    implements Setup {

  /** What the test's store is: a client of three members, or one of them. */
  enum Face {
    CLIENT,
    MEMBER
  }

  /** What holds the entries of each member. */
  enum Kind {
    HASH,
    TREE,
    LOG;

    DataletFactory factory(Path directory) {
      return switch (this) {
        case HASH -> Datalets.hash();
        case TREE -> Datalets.tree();
        case LOG -> Datalets.log(directory, Fsync.never());
      };
    }
  }

  /** Two; {@code -Dkvstore.ratis.setups=all} is every level through both faces, and more. */
  static Stream<RatisSetup> chosen(SharedMembers members) {
    return System.getProperty("kvstore.ratis.setups", "").equals("all")
        ? all(members)
        : Stream.of(
            new RatisSetup(members, Face.CLIENT, Consistency.LINEARIZABLE, 1, Kind.HASH),
            new RatisSetup(members, Face.MEMBER, Consistency.SEQUENTIAL, 1, Kind.TREE));
  }

  private static Stream<RatisSetup> all(SharedMembers members) {
    Stream<RatisSetup> levels =
        Arrays.stream(Consistency.values())
            .flatMap(
                level ->
                    Arrays.stream(Face.values())
                        .map(face -> new RatisSetup(members, face, level, 1, Kind.HASH)));
    Stream<RatisSetup> more =
        Stream.of(
            new RatisSetup(members, Face.CLIENT, Consistency.LINEARIZABLE, 2, Kind.HASH),
            new RatisSetup(members, Face.CLIENT, Consistency.EVENTUAL, 2, Kind.HASH),
            new RatisSetup(members, Face.MEMBER, Consistency.CAUSAL, 2, Kind.HASH),
            new RatisSetup(members, Face.MEMBER, Consistency.SEQUENTIAL, 1, Kind.TREE),
            new RatisSetup(members, Face.CLIENT, Consistency.CAUSAL, 1, Kind.LOG));
    return Stream.concat(levels, more);
  }

  /** At the eventual level a session may read at a member that has not performed its write yet. */
  @Override
  public boolean showsOwnWritesAtOnce() {
    return consistency != Consistency.EVENTUAL;
  }

  @Override
  public boolean hasVirtualTime() {
    return true;
  }

  @Override
  public Bench bench() {
    return members.bench(this);
  }

  @Override
  public String toString() {
    return consistency + " " + face + ", " + datalet + ", " + shards + " shard(s)";
  }
}
