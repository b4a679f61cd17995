package io.kvstore.testkit.check;

/**
 * What a history that is not causal has in it: the bad patterns of Bouajjani, Enea, Guerraoui and
 * Hamza, "On verifying causal consistency" (POPL 2017).
 */
enum Pattern {
  THIN_AIR_READ("ThinAirRead", "a value was read that nobody wrote"),
  CYCLIC_CO("CyclicCO", "each of these operations depends on the one before it, in a circle"),
  WRITE_CO_INIT_READ(
      "WriteCOInitRead",
      "a session found what was there before any write, though it depends on a write of that key"),
  WRITE_CO_READ(
      "WriteCORead",
      "a session read a value though it depends on a later write of that key, which knew of the"
          + " value"),
  CYCLIC_CF(
      "CyclicCF",
      "no single order of the writes explains what all sessions read: whoever knew of two writes"
          + " and read one of them puts the other one before it, and that goes in a circle"),
  WRITE_HB_INIT_READ(
      "WriteHBInitRead",
      "a session found what was there before any write, though what it read before can only be"
          + " explained with an earlier write of that key"),
  CYCLIC_HB(
      "CyclicHB",
      "no order of the writes that a session depends on explains all that it read: a write that it"
          + " knew of and did not read must be before the one that it read, and that goes in a"
          + " circle");

  private final String label;
  private final String sentence;

  Pattern(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  String sentence() {
    return sentence + " (" + label + ")";
  }
}
