package io.kvstore.spi;

import io.kvstore.Bytes;
import java.util.List;
import java.util.stream.Stream;

/**
 * Performs one of two lists of reads and writes as one: the first if every requirement is met when
 * its turn comes, the second otherwise; answered by {@link Answer.Transacted}.
 *
 * @param requirements what must hold before anything is done
 * @param then what is done if all of it holds, in this order
 * @param otherwise what is done if not
 */
public record Transaction(List<Requirement> requirements, List<Step> then, List<Step> otherwise)
    implements Command {
  /** Holds of no entry: none has this version. */
  private static final Condition NEVER = new Condition.VersionIs(Answer.UNKNOWN);

  /**
   * What must hold of the entry of a key.
   *
   * @param key the key
   * @param condition what must hold
   */
  public record Requirement(Bytes key, Condition condition) {}

  /** Copies the lists, and checks that no write has a condition of its own. */
  public Transaction {
    requirements = List.copyOf(requirements);
    then = List.copyOf(then);
    otherwise = List.copyOf(otherwise);
    then.forEach(Transaction::requireUnconditional);
    otherwise.forEach(Transaction::requireUnconditional);
  }

  private static void requireUnconditional(Step step) {
    if (step instanceof Write write && !write.condition().equals(Condition.ALWAYS)) {
      throw new IllegalArgumentException(
          "a write of a transaction has no condition of its own, as "
              + write
              + " has: it belongs to the requirements");
    }
  }

  /** What is done if the requirements are met, or if not. */
  public List<Step> steps(boolean isMet) {
    return isMet ? then : otherwise;
  }

  /** The writes of both lists, of which one is performed. */
  public Stream<Write> writes() {
    return Stream.concat(then.stream(), otherwise.stream())
        .filter(Write.class::isInstance)
        .map(Write.class::cast);
  }

  /** All keys that it may look at; some perhaps several times. */
  public Stream<Bytes> keys() {
    return Stream.concat(
        requirements.stream().map(Requirement::key),
        Stream.concat(then.stream(), otherwise.stream()).map(Step::key));
  }

  /** The same, for which it is decided whether the requirements are met, whatever there is. */
  public Transaction decided(boolean isMet) {
    List<Requirement> decision =
        isMet ? List.of() : List.of(new Requirement(requirements.get(0).key(), NEVER));
    return new Transaction(decision, then, otherwise);
  }
}
