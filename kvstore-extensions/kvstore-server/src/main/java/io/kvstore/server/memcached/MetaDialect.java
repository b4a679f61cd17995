package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.EndpointLimits;
import io.kvstore.server.memcached.Placing.Mode;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The meta commands: what a line means that begins with {@code m} and one more letter. */
final class MetaDialect {
  private static final int MOST_WORDS = 19;
  private static final int VALUE_END = 2;
  private static final Reply MN = Reply.line("MN");
  private static final Reply TOO_MANY = Reply.line("CLIENT_ERROR options flags too long");
  private static final Reply TOO_MANY_OF_MG = Reply.line("CLIENT_ERROR options flags are too long");
  private static final Reply BAD_FLAG = Reply.line("CLIENT_ERROR invalid or duplicate flag");
  private static final Reply BAD_MODE_OF_MS =
      Reply.line("CLIENT_ERROR invalid mode for ms M token");
  private static final Reply BAD_MODE_OF_MA =
      Reply.line("CLIENT_ERROR invalid mode for ma M token");

  private final EndpointLimits limits;
  private final LongSupplier nowSeconds;
  private final Numeral numeral = new Numeral();

  MetaDialect(EndpointLimits limits, LongSupplier nowSeconds) {
    this.limits = limits;
    this.nowSeconds = nowSeconds;
  }

  /** Null when there is no such command, or not with so few words. */
  @Nullable Understood understand(Line line) {
    char command = (char) line.at(0, 1);
    if (command == 'n') {
      return Understood.answered(MN);
    }
    if (command == 'e') {
      return debug(line);
    }
    if ("gsda".indexOf(command) < 0 || line.words() < 2) {
      return null;
    }
    if (line.size(1) > limits.keyBytes()) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    if (command == 's') {
      return set(line);
    }
    if (line.words() > MOST_WORDS) {
      return Understood.answered(command == 'g' ? TOO_MANY_OF_MG : TOO_MANY);
    }
    MetaFlags flags = new MetaFlags(line, 2, nowSeconds);
    return switch (command) {
      case 'g' -> get(flags);
      case 'd' -> delete(flags);
      default -> arithmetic(flags);
    };
  }

  private static Understood get(MetaFlags flags) {
    String error = flags.error();
    return error == null
        ? Understood.as(new MetaGet(flags))
        : Understood.answered(Reply.line(error));
  }

  private static Understood delete(MetaFlags flags) {
    String error = flags.error();
    return error == null
        ? Understood.as(new MetaDelete(flags))
        : Understood.answered(describeLess(error));
  }

  /** md and ma do not say which of the flags was wrong. */
  private static Reply describeLess(String error) {
    return error.contains("opaque") ? Reply.line(error) : BAD_FLAG;
  }

  private static Understood arithmetic(MetaFlags flags) {
    String error = flags.error();
    if (error != null) {
      return Understood.answered(describeLess(error));
    }
    return switch (flags.mode()) {
      case 0, 'I', '+' -> Understood.as(new MetaArithmetic(flags, true));
      case 'D', '-' -> Understood.as(new MetaArithmetic(flags, false));
      default -> Understood.answered(BAD_MODE_OF_MA);
    };
  }

  private Understood set(Line line) {
    if (line.words() == 2) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    if (line.words() > MOST_WORDS) {
      return Understood.answered(TOO_MANY);
    }
    if (!line.readSigned(numeral, 2, 0)) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    int length = numeral.asInt();
    if (length < 0 || length > Integer.MAX_VALUE - VALUE_END) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    MetaFlags flags = new MetaFlags(line, 3, nowSeconds);
    String error = flags.error();
    Mode mode = modeOf(flags);
    Reply refusal = null;
    if (error != null && !error.contains("opaque")) {
      refusal = Reply.line(error);
    } else if (mode == null) {
      refusal = BAD_MODE_OF_MS;
    } else if (error != null) {
      refusal = Reply.line(error);
    }
    long toSwallow = (long) length + VALUE_END;
    if (refusal != null || mode == null) {
      return Understood.swallowing(
          Request.answered(refusal == null ? BAD_MODE_OF_MS : refusal), toSwallow);
    }
    return length > limits.valueBytes()
        ? Understood.swallowing(
            new ClassicStorage.TooLarge(flags.key(), true, Reply.TOO_LARGE), toSwallow)
        : Understood.as(new MetaStorage(flags, mode, length));
  }

  /** Null when there is no such mode. */
  private static @Nullable Mode modeOf(MetaFlags flags) {
    return switch (flags.mode()) {
      case 0, 'S' -> flags.comparesUnique() ? Mode.CAS : Mode.SET;
      case 'R' -> flags.comparesUnique() ? Mode.CAS : Mode.REPLACE;
      case 'E' -> Mode.ADD;
      case 'A' -> Mode.APPEND;
      case 'P' -> Mode.PREPEND;
      default -> null;
    };
  }

  private Understood debug(Line line) {
    if (line.words() < 2 || line.size(1) > limits.keyBytes()) {
      return Understood.answered(Reply.BAD_FORMAT);
    }
    if (line.words() < 3 || !line.is(2, "b")) {
      return Understood.as(new MetaDebug(line.bytes(1), false));
    }
    Bytes key = Base64Key.decode(line.array(), line.start(1), line.end(1));
    return key == null
        ? Understood.answered(Reply.BAD_FORMAT)
        : Understood.as(new MetaDebug(key, true));
  }
}
