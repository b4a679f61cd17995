package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.concurrent.CompletableFuture;

/** The classic requests that are about one key, or about none, and bring no value. */
final class ClassicRequests {
  private ClassicRequests() {}

  /** {@code delete}. */
  static final class Delete extends Request {
    private final Bytes key;
    private final boolean isQuiet;

    Delete(Bytes key, boolean isQuiet) {
      this.key = key;
      this.isQuiet = isQuiet;
    }

    @Override
    Bytes key() {
      return key;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.prefixes().deleted(key);
      return service
          .items()
          .remove(key, false, 0)
          .thenApply(
              removed -> {
                boolean isHit = removed.outcome() == Stored.Outcome.STORED;
                service.statistics().addEither(isHit, Count.DELETE_HITS, Count.DELETE_MISSES);
                return unless(isQuiet, isHit ? Reply.DELETED : Reply.NOT_FOUND);
              });
    }

    @Override
    Reply onFailure(Throwable thrown) {
      return unless(isQuiet, super.onFailure(thrown));
    }
  }

  /** {@code touch}. */
  static final class Touch extends Request {
    private final Bytes key;
    private final Lifetime lifetime;
    private final boolean isQuiet;

    Touch(Bytes key, Lifetime lifetime, boolean isQuiet) {
      this.key = key;
      this.lifetime = lifetime;
      this.isQuiet = isQuiet;
    }

    @Override
    Bytes key() {
      return key;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return service
          .items()
          .touch(key, lifetime)
          .thenApply(
              written -> {
                boolean isHit = written.applied();
                service.statistics().add(Count.CMD_TOUCH);
                service.statistics().addEither(isHit, Count.TOUCH_HITS, Count.TOUCH_MISSES);
                written.after().ifPresent(item -> service.items().fetched(key, item));
                return unless(isQuiet, isHit ? Reply.TOUCHED : Reply.NOT_FOUND);
              });
    }

    @Override
    Reply onFailure(Throwable thrown) {
      return unless(isQuiet, super.onFailure(thrown));
    }
  }

  /** {@code incr} and {@code decr}. */
  static final class Step extends Request {
    private final Arithmetic.Step step;
    private final boolean isQuiet;

    Step(Arithmetic.Step step, boolean isQuiet) {
      this.step = step;
      this.isQuiet = isQuiet;
    }

    @Override
    Bytes key() {
      return step.key();
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return service
          .arithmetic()
          .perform(step)
          .thenApply(
              sum -> {
                count(service.statistics(), step.isUp(), sum.outcome());
                return unless(isQuiet, reply(sum));
              });
    }

    static void count(Statistics statistics, boolean isUp, Sum.Outcome outcome) {
      if (outcome == Sum.Outcome.DONE) {
        statistics.addEither(isUp, Count.INCR_HITS, Count.DECR_HITS);
      } else if (outcome == Sum.Outcome.NOT_FOUND) {
        statistics.addEither(isUp, Count.INCR_MISSES, Count.DECR_MISSES);
      }
    }

    private static Reply reply(Sum sum) {
      return switch (sum.outcome()) {
        case DONE -> out -> out.number(sum.number()).endOfLine();
        case NOT_FOUND -> Reply.NOT_FOUND;
        case EXISTS -> Reply.EXISTS;
        case NON_NUMERIC -> Reply.NON_NUMERIC;
      };
    }

    @Override
    Reply onFailure(Throwable thrown) {
      return unless(isQuiet, super.onFailure(thrown));
    }
  }

  /** {@code flush_all}. */
  static final class FlushAll extends Request {
    private final long delaySeconds;
    private final boolean isQuiet;

    FlushAll(long delaySeconds, boolean isQuiet) {
      this.delaySeconds = delaySeconds;
      this.isQuiet = isQuiet;
    }

    @Override
    boolean isAlone() {
      return true;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.statistics().add(Count.CMD_FLUSH);
      Reply reply = unless(isQuiet, Reply.OK);
      if (delaySeconds > 0) {
        service.node().flushAfter(delaySeconds);
        return done(reply);
      }
      service.node().cancelFlush();
      return service.items().store().clear().thenApply(cleared -> reply);
    }

    @Override
    Reply onFailure(Throwable thrown) {
      return unless(isQuiet, super.onFailure(thrown));
    }
  }

  /** A {@code flush_all} that was not understood, which memcached counts all the same. */
  static final class BadFlush extends Request {
    private final Reply reply;

    BadFlush(Reply reply) {
      this.reply = reply;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.statistics().add(Count.CMD_FLUSH);
      return done(reply);
    }
  }

  static Reply unless(boolean isQuiet, Reply reply) {
    return isQuiet ? Reply.NOTHING : reply;
  }
}
