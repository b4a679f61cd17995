package io.kvstore.testkit.transaction;

/**
 * What transactions show that are not isolated from each other, by the names of Adya and of Elle;
 * the worst first.
 */
public enum Anomaly {
  /** A value was read that no transaction appended. */
  UNWRITTEN("unwritten", "a value was read that no transaction appended"),
  /** A list has a value twice that was appended once. */
  DUPLICATE("duplicate", "a value was appended once and read twice"),
  /** Dirty write: appends of two transactions are in one order here, in another there. */
  G0("G0", "a dirty write"),
  /** Reads that cannot be of one list: neither is a beginning of the other. */
  INCOMPATIBLE_ORDER("incompatible order", "what was read cannot be of one list"),
  /** Aborted read. */
  G1A("G1a", "an aborted read"),
  /** Intermediate read: what a transaction had there before it appended more. */
  G1B("G1b", "an intermediate read"),
  /** Circular information flow: transactions saw of each other, in a circle. */
  G1C("G1c", "a circular flow of information"),
  /** A transaction did not see its own steps. */
  INTERNAL("internal", "a transaction contradicts itself"),
  /** Two transactions read the same version of a list and both appended to it. */
  LOST_UPDATE("lost update", "a lost update"),
  /** Read skew: one transaction did not see what another did, though it depends on it. */
  G_SINGLE("G-single", "a read skew"),
  /** The same several times, of which no two follow one another: no snapshots explain it. */
  G_NONADJACENT("G-nonadjacent", "a long fork"),
  /** Write skew: transactions did not see each other, in a circle. */
  G2_ITEM("G2-item", "a write skew");

  private final String label;
  private final String words;

  Anomaly(String label, String words) {
    this.label = label;
    this.words = words;
  }

  /** What it is in a few words. */
  String words() {
    return words;
  }

  /** Its name in the literature. */
  @Override
  public String toString() {
    return label;
  }
}
