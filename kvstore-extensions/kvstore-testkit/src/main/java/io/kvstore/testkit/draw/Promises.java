package io.kvstore.testkit.draw;

import java.util.Map;

/** What a promise means, in a sentence that needs no other. */
final class Promises {
  private static final Map<String, String> SENTENCES =
      Map.ofEntries(
          Map.entry(
              "linearizable",
              "each operation takes effect at one moment between its question and its answer, so"
                  + " that every read finds the newest value that was answered before it was asked"),
          Map.entry(
              "sequential",
              "all operations have one order, in which each client's own follow each other as it"
                  + " asked for them, and every read finds the value that was written last"),
          Map.entry(
              "causal",
              "a client that sees a value sees everything that its writer had seen, too, and never"
                  + " goes back to something older"),
          Map.entry(
              "eventual",
              "every value that is seen was written by a client, and is there only once"),
          Map.entry(
              "read your writes", "a client sees what it has written itself, or something newer"),
          Map.entry(
              "monotonic reads", "a client that has seen a value never sees an older one after it"),
          Map.entry(
              "monotonic writes",
              "a client that sees a write sees what its writer had written before"),
          Map.entry(
              "writes follow reads",
              "a client that sees a write sees what its writer had read before"),
          Map.entry("one by one", "the writes of a key take effect one after the other"),
          Map.entry("lasting", "an entry with a lifetime is there for that long, and no longer"),
          Map.entry(
              "behaving",
              "every operation ends as its documentation says, and when nothing is wrong any more"
                  + " all of them are done"),
          Map.entry(
              "agreeing", "in the end, when everything works again, all replicas hold the same"),
          Map.entry("keeping", "what was answered is still there in the end"),
          Map.entry("tidy", "nothing is kept of what was removed, once all replicas know"),
          Map.entry(
              "leaving nothing", "replicas keep nothing for others once nothing is left to happen"),
          Map.entry("watching", "a watch is told every change once, in order"),
          Map.entry("counting", "no more and no fewer entries are counted than can be there"));

  private Promises() {}

  /** The sentence; empty for a promise that is not one of the test kit's. */
  static String sentence(String promise) {
    String name = promise.replace(" meanwhile", "");
    String sentence = SENTENCES.getOrDefault(name, "");
    return sentence.isEmpty()
        ? ""
        : Character.toUpperCase(promise.charAt(0)) + promise.substring(1) + ": " + sentence + ".";
  }
}
