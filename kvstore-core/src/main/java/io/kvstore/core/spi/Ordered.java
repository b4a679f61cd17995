package io.kvstore.core.spi;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Operation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An operation with its place: what a replica performs. */
public sealed class Ordered {
  /** The client of operations that no client asked for. */
  public static final int NO_CLIENT = -1;

  private final long position;
  private final long time;
  private final int client;
  private final long sequence;
  private final Operation operation;

  // Saves memory, and says nothing: what is here is what each member would make by itself. A race
  // between members that perform it at once leaves one of two that are alike.
  private @Nullable Written written;

  /**
   * An operation with its place.
   *
   * @param position its place in the group's order, which becomes the version of what it writes
   * @param time when it happens, in nanoseconds since 1970: never before the time of its
   *     predecessor
   * @param client whose request it is
   * @param sequence which of that client's requests it is
   * @param operation what is to be done
   */
  public Ordered(long position, long time, int client, long sequence, Operation operation) {
    this.position = position;
    this.time = time;
    this.client = client;
    this.sequence = sequence;
    this.operation = operation;
  }

  /** One of which more is told. They are few, and the others need no room for it. */
  private static final class Told extends Ordered {
    private final boolean isAskedAgain;
    private final @Nullable Answer effect;
    private final List<Bytes> victims;

    Told(Ordered plain, boolean isAskedAgain, @Nullable Answer effect, List<Bytes> victims) {
      super(plain.position, plain.time, plain.client, plain.sequence, plain.operation);
      this.isAskedAgain = isAskedAgain;
      this.effect = effect;
      this.victims = victims;
    }

    @Override
    public List<Bytes> victims() {
      return victims;
    }

    @Override
    public boolean isAskedAgain() {
      return isAskedAgain;
    }

    @Override
    public @Nullable Answer effect() {
      return effect;
    }
  }

  /** Its place in the group's order, which becomes the version of what it writes. */
  public long position() {
    return position;
  }

  /** When it happens, in nanoseconds since 1970: never before the time of its predecessor. */
  public long time() {
    return time;
  }

  /** Whose request it is. */
  public int client() {
    return client;
  }

  /** Which of that client's requests it is. */
  public long sequence() {
    return sequence;
  }

  /** What is to be done. */
  public Operation operation() {
    return operation;
  }

  /** The same, whose client had asked for it in a view before. */
  public Ordered askedAgain() {
    return new Told(this, true, effect(), victims());
  }

  /**
   * Whether its client had asked for it in a view before: then a member that is not in this one may
   * have performed it, too.
   */
  public boolean isAskedAgain() {
    return false;
  }

  /** The same, with keys that have to go when it is performed. */
  public Ordered evicting(List<Bytes> keys) {
    return new Told(this, isAskedAgain(), effect(), List.copyOf(keys));
  }

  /**
   * The keys whose entries are removed when it is performed, so that what it writes has room. The
   * one who has given it its place has judged which: by what is there at that place, and not at
   * another one.
   */
  public List<Bytes> victims() {
    return List.of();
  }

  /** The same at another place, without what was to go there. */
  public Ordered movedTo(long newPosition) {
    return new Ordered(newPosition, time, client, sequence, operation);
  }

  /** Another operation instead, at the same place and for the same request; nothing has to go. */
  public Ordered performing(Operation another) {
    return new Ordered(position, time, client, sequence, another);
  }

  /** The same, as a member tells of it that has performed it. */
  public Ordered withEffect(Answer answer) {
    return new Told(this, isAskedAgain(), answer, victims());
  }

  /** What it did at the member that tells of it; null if that is not told. */
  public @Nullable Answer effect() {
    return null;
  }

  /** The entry of a put that lasts until it is replaced. All members hold the same one. */
  public Entry lastingEntry(Change.Put put) {
    Written known = written;
    return known == null || known.after() == null
        ? new Entry(put.value(), put.flags(), position, Entry.NEVER, null)
        : known.after();
  }

  /** What such a put did. Members at which it replaced the same give the same answer. */
  public Written lastingPut(@Nullable Entry before, Entry after) {
    Written known = written;
    if (known != null && Objects.equals(known.storedBefore(), before)) {
      return known;
    }
    Written here = new Written(Outcome.APPLIED, before, after);
    written = here;
    return here;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ordered that
        && position == that.position
        && time == that.time
        && client == that.client
        && sequence == that.sequence
        && operation.equals(that.operation);
  }

  @Override
  public int hashCode() {
    return Objects.hash(position, time, client, sequence, operation);
  }

  @Override
  public String toString() {
    return "Ordered[position="
        + position
        + ", time="
        + time
        + ", client="
        + client
        + ", sequence="
        + sequence
        + ", operation="
        + operation
        + "]";
  }
}
