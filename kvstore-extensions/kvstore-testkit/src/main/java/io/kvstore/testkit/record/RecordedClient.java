package io.kvstore.testkit.record;

import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.record.HandRecording.Row;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client of any store: makes its calls, and takes down what was asked, when, and what came of
 * it.
 *
 * <pre>{@code
 * RecordedClient ana = recorder.client("ana");
 * ana.put("k", "v", () -> redis.set("k", "v"));
 * String seen = ana.get("k", () -> redis.get("k"));
 * }</pre>
 *
 * <p>A call that throws may have been applied, unless {@link Recorder#refusedBy} says that this
 * kind of exception means that it was not; what it has thrown is thrown on. Keys and values are
 * texts, numbers and booleans; others are taken down as the text of {@code toString()}. An absent
 * value is null, or an empty {@link Optional}. Safe for use by many threads: calls of one client
 * that overlap are taken down as those of different ones.
 */
public final class RecordedClient {
  /** A call that answers something. */
  public interface Call<V extends @Nullable Object, X extends Exception> {
    /** Makes the call. */
    V run() throws X;
  }

  /** A call that is done when it returns. */
  public interface Action<X extends Exception> {
    /** Makes the call. */
    void run() throws X;
  }

  private final HandRecording recording;
  private final String name;
  private final Deque<Integer> idle = new ArrayDeque<>();

  RecordedClient(HandRecording recording, String name) {
    this.recording = recording;
    this.name = name;
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Reads the value of a key. */
  public <V extends @Nullable Object, X extends Exception> V get(Object key, Call<V, X> call)
      throws X {
    return taken(begin(Kind.READ, key, null), call);
  }

  /** Writes a value to a key. */
  public <X extends Exception> void put(Object key, Object value, Action<X> call) throws X {
    done(begin(Kind.WRITE, key, value), call);
  }

  /** Writes a value to a key, and answers the value that it replaces. */
  public <V extends @Nullable Object, X extends Exception> V getAndPut(
      Object key, Object value, Call<V, X> call) throws X {
    return taken(begin(Kind.WRITE, key, value), call);
  }

  /** Writes a value to a key that has none, and answers whether it had none. */
  public <X extends Exception> boolean putIfAbsent(Object key, Object value, Call<Boolean, X> call)
      throws X {
    return compareAndSet(key, null, value, call);
  }

  /** Writes a value to a key that has the expected one, and answers whether it had. */
  public <X extends Exception> boolean compareAndSet(
      Object key, @Nullable Object expected, Object value, Call<Boolean, X> call) throws X {
    return taken(begin(Kind.CAS, key, value, expected), call);
  }

  /** Takes the value of a key away. */
  public <X extends Exception> void remove(Object key, Action<X> call) throws X {
    done(begin(Kind.DELETE, key, null), call);
  }

  /** Adds a text to the end of a key's. */
  public <X extends Exception> void append(Object key, String text, Action<X> call) throws X {
    done(begin(Kind.APPEND, key, text), call);
  }

  /** Adds to the number of a key, and answers the sum. */
  public <X extends Exception> long add(Object key, long delta, Call<Long, X> call) throws X {
    return taken(begin(Kind.ADD, key, delta), call);
  }

  private Row begin(Kind kind, Object key, @Nullable Object argument) {
    return begin(kind, key, argument, null);
  }

  private Row begin(Kind kind, Object key, @Nullable Object argument, @Nullable Object expected) {
    int process;
    synchronized (idle) {
      process = idle.isEmpty() ? recording.newProcess() : idle.pop();
    }
    return recording.begin(name, process, kind, key, argument, expected);
  }

  private <V extends @Nullable Object, X extends Exception> V taken(Row row, Call<V, X> call)
      throws X {
    boolean isKnown = false;
    try {
      V answer = call.run();
      recording.answer(row, answer);
      isKnown = true;
      return answer;
    } catch (Exception thrown) {
      isKnown = recording.refused(row, thrown);
      throw thrown;
    } finally {
      if (isKnown) { // else the call may be under way, and what comes next is another process's
        synchronized (idle) {
          idle.push(row.process);
        }
      }
    }
  }

  private <X extends Exception> void done(Row row, Action<X> call) throws X {
    Object unused =
        taken(
            row,
            () -> {
              call.run();
              return HandRecording.NOTHING;
            });
  }
}
