package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.spi.DurableState.KeptAnswer;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.spi.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last answer of each client, so that a repeated request is answered again but performed once.
 *
 * <p>A client has at most one request open, so its last answer is all that can be asked for again.
 * Clients are small numbers that are used again, so a plain array finds them.
 */
public final class RememberedAnswers {
  /**
   * What a client was answered.
   *
   * @param sequence which of its requests
   * @param answer the answer
   * @param position the request's place in the order
   */
  public record Remembered(long sequence, Answer answer, long position) {}

  private static final int FIRST_CAPACITY = 4;
  private static final int LEAST_LIFE = 1 << 12; // of the array of answers, see PositionRing

  // All by client.
  private long[] begun = new long[FIRST_CAPACITY]; // the last sequence that was given its place
  private long[] done = new long[FIRST_CAPACITY]; // the last sequence that was answered
  private long[] positions = new long[FIRST_CAPACITY]; // its place
  private @Nullable Answer[] answers = new @Nullable Answer[FIRST_CAPACITY];
  private int left = LEAST_LIFE;
  private long since; // the first epoch of which nothing is missing

  /** No client has been answered yet. */
  public RememberedAnswers() {}

  /** The same memories, from now on independent. */
  public RememberedAnswers copy() {
    RememberedAnswers copy = new RememberedAnswers();
    copy.adopt(this);
    return copy;
  }

  /** What is remembered, for those who are to remember it after a crash. */
  public List<KeptAnswer> kept() {
    List<KeptAnswer> all = new ArrayList<>();
    for (int client = 0; client < done.length; client++) {
      if (answers[client] != null) {
        all.add(new KeptAnswer(client, done[client], positions[client], answers[client]));
      } else if (begun[client] > 0) {
        all.add(new KeptAnswer(client, begun[client], 0, null));
      }
    }
    return all;
  }

  /** Remembers what was kept. Of an answer that was not, only that there was one. */
  public void recall(List<KeptAnswer> kept) {
    for (KeptAnswer each : kept) {
      begin(each.client(), each.sequence());
      Answer answer = each.answer();
      if (answer != null && begun[each.client()] == each.sequence()) {
        done[each.client()] = each.sequence();
        positions[each.client()] = each.position();
        answers[each.client()] = answer;
      }
    }
  }

  /** Takes over what another member remembers, instead of its own. */
  public void adopt(RememberedAnswers other) {
    begun = other.begun.clone();
    done = other.done.clone();
    positions = other.positions.clone();
    answers = other.answers.clone();
    since = other.since;
  }

  /** Takes over what another member remembers of later requests. */
  public void merge(RememberedAnswers other) {
    since = Math.max(since, other.since);
    reserve(other.begun.length);
    for (int client = 0; client < other.begun.length; client++) {
      begin(client, other.begun[client]);
    }
    mergeDone(other);
  }

  /** The same, but only of those that were performed. */
  void mergeDone(RememberedAnswers other) {
    reserve(other.begun.length);
    for (int client = 0; client < other.begun.length; client++) {
      if (other.done[client] == 0) {
        continue;
      }
      begin(client, other.done[client]);
      if (other.done[client] > done[client]) {
        done[client] = other.done[client];
        positions[client] = other.positions[client];
        answers[client] = other.answers[client];
      }
    }
  }

  /** Whether this request, or a later one of the same client, has been given its place already. */
  public boolean hasBegun(int client, long sequence) {
    return client >= 0 && client < begun.length && begun[client] >= sequence;
  }

  /**
   * Notes that there are effects of requests from before an epoch, and no member remembers of
   * which: a datalet has kept them when its member was lost.
   */
  public void forgetBefore(long epoch) {
    since = epoch;
  }

  /**
   * Whether a request that was first made in this epoch may have had its effect without being
   * remembered. Who asks for it again gets no answer: anything else might perform it twice.
   */
  public boolean mayHaveForgotten(int client, long sequence, long epoch) {
    return epoch < since && !hasBegun(client, sequence);
  }

  /** Notes that a request has been given its place. */
  public void begin(int client, long sequence) {
    if (client == Ordered.NO_CLIENT) {
      return;
    }
    if (client >= begun.length) {
      reserve(Math.max(client + 1, begun.length * 2));
    }
    begun[client] = Math.max(begun[client], sequence);
  }

  /** Has room for so many clients, and no more: members that merge must not outgrow each other. */
  private void reserve(int clients) {
    if (clients > begun.length) {
      begun = Arrays.copyOf(begun, clients);
      done = Arrays.copyOf(done, clients);
      positions = Arrays.copyOf(positions, clients);
      answers = Arrays.copyOf(answers, clients);
    }
  }

  /** Remembers what a request was answered, unless its client has gone on to a later one. */
  public void remember(Ordered ordered, Answer answer) {
    int client = ordered.client();
    if (client != Ordered.NO_CLIENT) {
      begin(client, ordered.sequence());
      if (begun[client] == ordered.sequence()) {
        done[client] = ordered.sequence();
        positions[client] = ordered.position();
        if (--left <= 0) {
          answers = answers.clone();
          left = Math.max(LEAST_LIFE, answers.length);
        }
        answers[client] = answer;
      }
    }
  }

  /** Answers a request once more that has been given its place already: now, or when it is done. */
  public void answerAgain(int client, long sequence, Reply reply, PendingRequests pendingRequests) {
    pendingRequests.until(
        () -> find(client, sequence) != null,
        reply,
        "this request, which is under way",
        () -> {
          Remembered same = requireNonNull(find(client, sequence));
          reply.answer(same.answer(), same.position());
        });
  }

  /**
   * The answer to a request, null when it is not remembered: it is still under way, or a later one
   * has taken its place.
   */
  public @Nullable Remembered find(int client, long sequence) {
    Answer last = client >= 0 && client < done.length ? answers[client] : null;
    return last != null && done[client] == sequence
        ? new Remembered(sequence, last, positions[client])
        : null;
  }

  @Override
  public String toString() {
    return "the last answers of " + done.length + " clients";
  }
}
