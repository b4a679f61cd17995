package io.kvstore.examples.bench.compare;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/** All that can take part, by name. */
final class Systems {
  static final String MAP = "chm";
  static final String THREE_MAPS = "chm3";
  static final String OURS = "kv/";

  private static final List<Peers> PEERS =
      ServiceLoader.load(Peers.class).stream().map(ServiceLoader.Provider::get).toList();

  private Systems() {}

  static Contender open(String name, Entries entries) throws Exception {
    if (name.equals(MAP)) {
      return new PlainMaps(1, entries);
    }
    if (name.equals(THREE_MAPS)) {
      return new PlainMaps(3, entries);
    }
    if (name.startsWith(OURS)) {
      return Ours.open(name.substring(OURS.length()), entries);
    }
    return familyOf(name).open(name, entries);
  }

  static List<String> jvmArguments(String name) {
    return isPeer(name) ? familyOf(name).jvmArguments() : List.of();
  }

  private static Peers familyOf(String name) {
    return PEERS.stream()
        .filter(family -> family.guarantees().containsKey(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no such system: '" + name + "'; there are " + String.join(", ", all())));
  }

  static boolean isPeer(String name) {
    return !name.equals(MAP) && !name.equals(THREE_MAPS) && !name.startsWith(OURS);
  }

  /** What a system promises; nothing for the plain maps, which are no replicas. */
  static Optional<Consistency> guaranteeOf(String name) {
    if (name.startsWith(OURS)) {
      return Optional.of(Ours.levelOf(name.substring(OURS.length())));
    }
    return isPeer(name)
        ? Optional.ofNullable(familyOf(name).guarantees().get(name))
        : Optional.empty();
  }

  static List<String> limits() {
    return List.of(MAP, THREE_MAPS);
  }

  static List<String> peers() {
    return PEERS.stream()
        .flatMap(family -> family.guarantees().keySet().stream())
        .sorted()
        .toList();
  }

  /** This library as a plain {@code open()} gives it, at each level. */
  static List<String> levels() {
    return List.of(Consistency.values()).stream().map(level -> OURS + lower(level)).toList();
  }

  /** This library in every cell of the matrix and every placement. */
  static List<String> cells() {
    List<String> cells = new ArrayList<>();
    for (String placement : List.of("shared", "dedicated")) {
      for (Consistency level : Consistency.values()) {
        for (Replication replication : Replication.values()) {
          if (replication.supports(level)) {
            cells.add(OURS + lower(level) + "/" + lower(replication) + "/" + placement);
          }
        }
      }
    }
    return cells;
  }

  static List<String> all() {
    List<String> all = new ArrayList<>(limits());
    all.addAll(levels());
    all.addAll(cells());
    all.addAll(peers());
    return all;
  }

  /** The systems that a list of names and of names of groups means. */
  static List<String> named(String list) {
    List<String> names = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      switch (name) {
        case "limits" -> names.addAll(limits());
        case "peers" -> names.addAll(peers());
        case "levels" -> names.addAll(levels());
        case "cells" -> names.addAll(cells());
        case "all" -> names.addAll(all());
        default -> {
          Optional<Consistency> known = guaranteeOf(name); // throws for those it does not know
          assert known.isPresent() || limits().contains(name);
          names.add(name);
        }
      }
    }
    return names.stream().distinct().toList();
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
