package io.kvstore.core.cluster;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** The replicas of one shard. */
public final class Group {
  private final int shard;
  private final Settings settings;
  private final ControletFactory protocol;
  private final DataletFactory datalets;
  private final List<Place> places;
  private final AtomicReferenceArray<Replica> replicas;
  private final long seed;
  private final Consumer<NodeId> onFailure;
  private volatile View view;
  private long incarnations;

  Group(
      int shard,
      Settings settings,
      ControletFactory protocol,
      DataletFactory datalets,
      List<Place> places,
      long seed,
      Consumer<NodeId> onFailure) {
    this.shard = shard;
    this.settings = settings;
    this.protocol = protocol;
    this.datalets = datalets;
    this.places = List.copyOf(places);
    this.seed = seed;
    this.onFailure = onFailure;
    replicas = new AtomicReferenceArray<>(places.size());
    view = firstView();
  }

  /** Makes the first replicas. When one cannot be made, those that were are stopped again. */
  void startAll() {
    try {
      places.forEach(place -> start(place.node()));
    } catch (RuntimeException | Error failed) {
      abandon();
      throw failed;
    }
  }

  /** Stops replicas that have never served: their store cannot be opened. */
  void abandon() {
    for (Place place : places) {
      Replica started = replicas.get(place.node().number());
      if (started != null) {
        started.stop("is not needed: its store could not be opened");
      }
    }
  }

  /** Primaries are spread over the nodes: the members of shard s begin with node s. */
  private View firstView() {
    List<NodeId> members = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      members.add(NodeId.of((shard + i) % places.size()));
    }
    return new View(0, members, members.get(0), settings.consistency(), settings.replication());
  }

  int shard() {
    return shard;
  }

  Settings settings() {
    return settings;
  }

  ControletFactory protocol() {
    return protocol;
  }

  /** What the group is right now. */
  public View view() {
    return view;
  }

  /** The replica on a node; it may be down. */
  public Replica replica(NodeId node) {
    return replicas.get(node.number());
  }

  Place place(NodeId node) {
    return places.get(node.number());
  }

  List<Replica> running() {
    return view.members().stream().map(this::replica).filter(each -> !each.isStopped()).toList();
  }

  /**
   * Makes a new replica on a node, with whatever its datalet has kept. It serves once the group has
   * been formed anew.
   */
  void start(NodeId node) {
    Place place = places.get(node.number());
    Place.Parts parts = place.open(datalets, settings.limits().valueBytes());
    long ownSeed = seed + 31L * (shard * 65_536L + node.number()) + 1_000_003L * incarnations++;
    replicas.set(node.number(), new Replica(node, this, place, parts, ownSeed));
  }

  /** What the group is to be once it has been formed anew. */
  View nextView() {
    View now = view;
    return new View(
        now.epoch() + 1, now.members(), now.primary(), now.consistency(), now.replication());
  }

  /** Something on a node has failed, so that the node must stop. */
  void onFailure(NodeId node) {
    onFailure.accept(node);
  }

  void installed(View next) {
    view = next;
  }
}
