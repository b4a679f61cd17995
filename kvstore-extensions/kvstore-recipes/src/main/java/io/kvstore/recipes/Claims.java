package io.kvstore.recipes;

import io.kvstore.Update;
import io.kvstore.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The claims on one key, in the order in which they came, as one version of its entry has them.
 *
 * <p><b>Invariant.</b> Claims come at the end and go from anywhere; none overtakes another. So a
 * claim that holds, because those up to it want no more permits than there are, holds until it
 * goes; and of two claims that exclude each other the one that holds later has the greater token.
 *
 * <pre>
 *   ana~x1 1 10000000000 1767225610000000000 7     permits, lease, end, token
 *   bob~k9 1 10000000000 * *                       the write that made this version
 * </pre>
 *
 * <p>The end and the token of a claim are known only once it is written: the write itself says so
 * with an asterisk, and the next one writes them out.
 */
final class Claims {
  /**
   * How long an entry is kept. Nothing relies on its end; that tells when the entry was written.
   */
  static final Duration KEPT = Duration.ofDays(30 * 365);

  /** The most claims that a key may have. */
  static final int MOST = 1_000;

  /** No entry. */
  static final Claims NONE = new Claims(OptionalLong.empty(), Long.MIN_VALUE, List.of());

  private static final String OF_THIS_WRITE = "*";
  private static final long NOT_KNOWN = Long.MAX_VALUE;

  private final OptionalLong version;
  private final long writtenNanos;
  private final List<Claim> line;

  private Claims(OptionalLong version, long writtenNanos, List<Claim> line) {
    this.version = version;
    this.writtenNanos = writtenNanos;
    this.line = line;
  }

  /**
   * What an entry says.
   *
   * @throws IllegalStateException when no recipe has written it
   */
  static Claims of(Versioned<String> entry) {
    long written = StoreTime.of(entry, KEPT);
    List<Claim> line = new ArrayList<>();
    for (String text : entry.value().split("\n", -1)) {
      line.add(claim(text, entry, written));
    }
    return new Claims(OptionalLong.of(entry.version()), written, List.copyOf(line));
  }

  static Claims ofEntry(Optional<Versioned<String>> entry) {
    return entry.map(Claims::of).orElse(NONE);
  }

  private static Claim claim(String text, Versioned<String> entry, long written) {
    String[] parts = text.split(" ", -1);
    try {
      long lease = Long.parseLong(parts[2]);
      return new Claim(
          parts[0],
          Integer.parseInt(parts[1]),
          lease,
          parts[3].equals(OF_THIS_WRITE) ? written + lease : Long.parseLong(parts[3]),
          parts[4].equals(OF_THIS_WRITE) ? entry.version() : Long.parseLong(parts[4]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException malformed) {
      throw new IllegalStateException(
          "'" + text + "' is no claim: something other than these recipes has written the entry",
          malformed);
    }
  }

  /** Whether it is of a later version than the other. */
  boolean isAfter(Claims other) {
    return version.orElse(0) > other.version.orElse(0);
  }

  List<Claim> line() {
    return line;
  }

  Optional<Claim> find(String id) {
    return line.stream().filter(claim -> claim.id().equals(id)).findFirst();
  }

  /** Whether a claim is there, and there are permits for all claims up to it. */
  boolean grant(String id, long capacity) {
    long wanted = 0;
    for (Claim claim : line) {
      wanted += claim.permits();
      if (claim.id().equals(id)) {
        return wanted <= capacity;
      }
    }
    return false;
  }

  /** Whether one more claim at the end would hold at once. */
  boolean haveRoomFor(int permits, long capacity) {
    return line.stream().mapToLong(Claim::permits).sum() + permits <= capacity;
  }

  /** Whether a claim was over when this version was written. */
  boolean tellTheEndOf(Claim claim) {
    return claim.endNanos() <= writtenNanos;
  }

  /** In how long the first of those before this one is over, counted from this version on. */
  OptionalLong nanosToFirstEndBefore(String id) {
    return line.stream()
        .takeWhile(claim -> !claim.id().equals(id))
        .mapToLong(claim -> claim.endNanos() - writtenNanos)
        .min();
  }

  // What to write next

  Claims without(Predicate<Claim> gone) {
    return new Claims(version, writtenNanos, line.stream().filter(gone.negate()).toList());
  }

  Claims without(String id) {
    return without(claim -> claim.id().equals(id));
  }

  /** With one more claim at the end, whose lease begins with the write. */
  Claims with(String id, int permits, long leaseNanos) {
    if (line.size() >= MOST) {
      throw new IllegalStateException(
          "there are " + MOST + " claims on this key already, which is the most: try again later");
    }
    List<Claim> longer = new ArrayList<>(line);
    longer.add(new Claim(id, permits, leaseNanos, NOT_KNOWN, NOT_KNOWN));
    return new Claims(version, writtenNanos, longer);
  }

  /** The same, but the lease of this claim begins with the write. */
  Claims renewed(String id) {
    return new Claims(
        version,
        writtenNanos,
        line.stream()
            .map(
                claim ->
                    claim.id().equals(id)
                        ? new Claim(
                            id, claim.permits(), claim.leaseNanos(), NOT_KNOWN, claim.token())
                        : claim)
            .toList());
  }

  /** The write that makes them what the key has, if it still has the version they are made of. */
  Update<String, String> write(String key) {
    Update<String, String> update =
        line.isEmpty() ? Update.remove(key) : Update.put(key, text()).lifetime(KEPT);
    return version.isPresent() ? update.ifVersion(version.getAsLong()) : update.ifAbsent();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    for (Claim claim : line) {
      lines.add(
          String.join(
              " ",
              claim.id(),
              Integer.toString(claim.permits()),
              Long.toString(claim.leaseNanos()),
              known(claim.endNanos()),
              known(claim.token())));
    }
    return String.join("\n", lines);
  }

  private static String known(long number) {
    return number == NOT_KNOWN ? OF_THIS_WRITE : Long.toString(number);
  }

  @Override
  public String toString() {
    return "version " + version + ": " + line;
  }
}
