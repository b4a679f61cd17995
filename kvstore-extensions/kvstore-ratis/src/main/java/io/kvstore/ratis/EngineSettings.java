package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What was said about a member or a client, with what holds where nothing was said. Its fields are
 * set on a copy that only the one who makes it knows yet.
 */
final class EngineSettings {
  final Optional<NodeId> self;
  List<Peer> peers;
  String cluster = "kvstore";
  boolean isJoining;
  boolean isReadingByLease;
  DataletFactory datalet = Datalets.hash();
  long snapshotEvery = 100_000;
  Optional<TlsFiles> tls = Optional.empty();
  LongSupplier clock = EngineSettings::nanosSince1970;

  EngineSettings(Optional<NodeId> self, List<Peer> peers) {
    this.self = self;
    this.peers = peers;
  }

  EngineSettings copy() {
    EngineSettings copy = new EngineSettings(self, peers);
    copy.cluster = cluster;
    copy.isJoining = isJoining;
    copy.isReadingByLease = isReadingByLease;
    copy.datalet = datalet;
    copy.snapshotEvery = snapshotEvery;
    copy.tls = tls;
    copy.clock = clock;
    return copy;
  }

  private static long nanosSince1970() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
  }
}
