package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.EndpointLimits;
import io.kvstore.server.Memcached;
import io.kvstore.server.memcached.Placing.Mode;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The classic text protocol: what a line means, with memcached 1.6.18's answers to lines that mean
 * nothing.
 */
final class Dialect {
  private static final String NOREPLY = "noreply";
  private static final int VALUE_END = 2;
  private static final int MOST_VALUE_BYTES = Integer.MAX_VALUE - VALUE_END;
  private static final Reply BAD_DELETE =
      Reply.line("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]");
  private static final Reply BAD_DELTA = Reply.line("CLIENT_ERROR invalid numeric delta argument");
  private static final Reply NO_SHUTDOWN = Reply.line("ERROR: shutdown not enabled");
  private static final Reply NO_WATCH = Reply.line("CLIENT_ERROR watch commands not allowed");

  private final EndpointLimits limits;
  private final boolean isLenient;
  private final Reply version;
  private final LongSupplier nowSeconds;
  private final MetaDialect meta;
  private final TuningCommands tuning = new TuningCommands();
  private final Numeral numeral = new Numeral();

  Dialect(Memcached options, LongSupplier nowSeconds) {
    this.limits = options.endpoint().limits();
    this.isLenient = options.lenient();
    this.version = Reply.line("VERSION " + options.version());
    this.nowSeconds = nowSeconds;
    this.meta = new MetaDialect(limits, nowSeconds);
  }

  Understood understand(Line line) {
    if (line.words() == 0 || line.size(0) < 2) {
      return Understood.answered(Reply.ERROR);
    }
    Understood understood =
        line.size(0) == 2 && line.at(0, 0) == 'm' ? meta.understand(line) : classic(line);
    return understood == null ? unknown(line) : understood;
  }

  /** memcached hangs up on a browser, but not when the line begins like a command of its own. */
  private static Understood unknown(Line line) {
    boolean mayBeCommand = "gsacidtm".indexOf(line.at(0, 0)) >= 0;
    boolean isHttp = line.beginsWith(line.words() - 1, "HTTP/");
    return isHttp && !mayBeCommand
        ? Understood.as(Request.hangUp())
        : Understood.answered(Reply.ERROR);
  }

  /** Null when there is no such command, or not with so many words. */
  private @Nullable Understood classic(Line line) {
    int arguments = line.words() - 1;
    return switch (line.text(0)) {
      case "get", "bget" -> arguments < 1 ? null : retrieval(line, 0, false, null);
      case "gets" -> arguments < 1 ? null : retrieval(line, 0, true, null);
      case "gat" -> arguments < 1 ? null : timedRetrieval(line, false);
      case "gats" -> arguments < 1 ? null : timedRetrieval(line, true);
      case "set" -> isLenient && arguments == 2 ? shortSet(line) : storage(line, Mode.SET);
      case "add" -> storage(line, Mode.ADD);
      case "replace" -> storage(line, Mode.REPLACE);
      case "append" -> storage(line, Mode.APPEND);
      case "prepend" -> storage(line, Mode.PREPEND);
      case "cas" -> storage(line, Mode.CAS);
      case "incr" -> arguments == 2 || arguments == 3 ? step(line, true) : null;
      case "decr" -> arguments == 2 || arguments == 3 ? step(line, false) : null;
      case "touch" -> arguments == 2 || arguments == 3 ? touch(line) : null;
      case "delete" -> arguments >= 1 && arguments <= 3 ? delete(line) : null;
      case "flush_all" -> arguments <= 2 ? flushAll(line) : null;
      case "verbosity" -> arguments == 1 || arguments == 2 ? verbosity(line) : null;
      case "version" -> Understood.answered(version);
      case "stats" -> Understood.as(StatisticsRequest.of(line));
      case "quit" -> Understood.as(Request.hangUp());
      case "shutdown" -> Understood.answered(NO_SHUTDOWN);
      case "watch" -> Understood.answered(NO_WATCH);
      default -> tuning(line);
    };
  }

  private @Nullable Understood tuning(Line line) {
    Reply reply = tuning.answerTo(line);
    return reply == null ? null : Understood.answered(reply);
  }

  private Understood retrieval(
      Line line, int lastWord, boolean showsUnique, @Nullable Lifetime lifetime) {
    Retrieval retrieval = new Retrieval(line, line.end(lastWord), showsUnique, lifetime);
    if (!retrieval.hasMore()) {
      return Understood.answered(Reply.END);
    }
    return retrieval.keysFit(limits.keyBytes())
        ? Understood.as(retrieval)
        : Understood.answered(Reply.BAD_FORMAT);
  }

  private Understood timedRetrieval(Line line, boolean showsUnique) {
    return line.readSigned(numeral, 1, 0)
        ? retrieval(line, 1, showsUnique, lifetime())
        : Understood.answered(Reply.BAD_TIME);
  }

  private Lifetime lifetime() {
    return Lifetime.of(numeral.asInt(), nowSeconds.getAsLong());
  }

  private boolean isKeyTooLong(Line line) {
    return line.size(1) > limits.keyBytes();
  }

  private @Nullable Understood storage(Line line, Mode mode) {
    int wanted = mode == Mode.CAS ? 5 : 4;
    int arguments = line.words() - 1;
    if (arguments != wanted && arguments != wanted + 1) {
      return null;
    }
    boolean isQuiet = line.endsWithWord(NOREPLY);
    Reply badFormat = ClassicRequests.unless(isQuiet, Reply.BAD_FORMAT);
    if (isKeyTooLong(line) || !line.readUnsigned(numeral, 2, 0)) {
      return Understood.answered(badFormat);
    }
    int flags = numeral.asInt();
    if (!line.readSigned(numeral, 3, 0)) {
      return Understood.answered(badFormat);
    }
    Lifetime lifetime = lifetime();
    if (!line.readSigned(numeral, 4, 0)) {
      return Understood.answered(badFormat);
    }
    int length = numeral.asInt();
    long unique = 0;
    if (mode == Mode.CAS) {
      if (!line.readUnsigned(numeral, 5, 0)) {
        return Understood.answered(badFormat);
      }
      unique = numeral.value();
    }
    return sized(line.bytes(1), mode, flags, lifetime, length, unique, isQuiet);
  }

  private Understood shortSet(Line line) {
    if (isKeyTooLong(line) || !line.readSigned(numeral, 2, 0)) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    return sized(line.bytes(1), Mode.SET, 0, Lifetime.FOREVER, numeral.asInt(), 0, false);
  }

  private Understood sized(
      Bytes key,
      Mode mode,
      int flags,
      Lifetime lifetime,
      int length,
      long unique,
      boolean isQuiet) {
    if (length < 0 || length > MOST_VALUE_BYTES) {
      return Understood.answered(ClassicRequests.unless(isQuiet, Reply.BAD_FORMAT));
    }
    if (length > limits.valueBytes()) {
      return Understood.swallowing(
          new ClassicStorage.TooLarge(
              key, mode == Mode.SET, ClassicRequests.unless(isQuiet, Reply.TOO_LARGE)),
          (long) length + VALUE_END);
    }
    return Understood.as(new ClassicStorage(mode, key, flags, lifetime, length, unique, isQuiet));
  }

  private Understood step(Line line, boolean isUp) {
    boolean isQuiet = line.endsWithWord(NOREPLY);
    if (isKeyTooLong(line)) {
      return Understood.answered(ClassicRequests.unless(isQuiet, Reply.BAD_FORMAT));
    }
    if (!line.readUnsigned(numeral, 2, 0)) {
      return Understood.answered(ClassicRequests.unless(isQuiet, BAD_DELTA));
    }
    Arithmetic.Step step = new Arithmetic.Step(line.bytes(1), isUp, numeral.value(), 0);
    return Understood.as(new ClassicRequests.Step(step, isQuiet));
  }

  private Understood touch(Line line) {
    boolean isQuiet = line.endsWithWord(NOREPLY);
    if (isKeyTooLong(line)) {
      return Understood.answered(ClassicRequests.unless(isQuiet, Reply.BAD_FORMAT));
    }
    if (!line.readSigned(numeral, 2, 0)) {
      return Understood.answered(ClassicRequests.unless(isQuiet, Reply.BAD_TIME));
    }
    return Understood.as(new ClassicRequests.Touch(line.bytes(1), lifetime(), isQuiet));
  }

  /** Old clients add a time, which must be 0. */
  private Understood delete(Line line) {
    int arguments = line.words() - 1;
    boolean isQuiet = arguments > 1 && line.endsWithWord(NOREPLY);
    if (arguments > 1) {
      boolean isTimeZero = line.is(2, "0");
      boolean isValid = arguments == 2 ? isTimeZero || isQuiet : isTimeZero && isQuiet;
      if (!isValid) {
        return Understood.answered(ClassicRequests.unless(isQuiet, BAD_DELETE));
      }
    }
    return isKeyTooLong(line)
        ? Understood.answered(ClassicRequests.unless(isQuiet, Reply.BAD_FORMAT))
        : Understood.as(new ClassicRequests.Delete(line.bytes(1), isQuiet));
  }

  private Understood flushAll(Line line) {
    boolean isQuiet = line.endsWithWord(NOREPLY);
    boolean hasTime = line.words() > (isQuiet ? 2 : 1);
    if (hasTime && !line.readSigned(numeral, 1, 0)) {
      Reply badTime = ClassicRequests.unless(isQuiet, Reply.BAD_TIME);
      return Understood.as(new ClassicRequests.BadFlush(badTime));
    }
    long delay = hasTime ? Math.max(0, lifetime().seconds()) : 0;
    return Understood.as(new ClassicRequests.FlushAll(delay, isQuiet));
  }

  private Understood verbosity(Line line) {
    boolean isQuiet = line.endsWithWord(NOREPLY);
    boolean isNumber = line.readUnsigned(numeral, 1, 0);
    return Understood.answered(
        ClassicRequests.unless(isQuiet, isNumber ? Reply.OK : Reply.BAD_FORMAT));
  }
}
