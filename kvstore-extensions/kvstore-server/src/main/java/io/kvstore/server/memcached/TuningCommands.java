package io.kvstore.server.memcached;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Commands that tune memcached's memory and threads. A store has nothing of the kind: they are
 * checked and answered as memcached 1.6.18 does, and change nothing. Memory is never full, so there
 * is nothing to give back; items are not listed, as in a memcached that was started with {@code
 * -X}.
 */
final class TuningCommands {
  private static final int LARGEST_SLAB_CLASS = 39;
  private static final int SLAB_CLASSES = 64;
  private static final int LONGEST_SLEEP_MICROS = 1_000_000;
  private static final int MOST_PERCENT = 80;
  private static final int LEAST_MEGABYTES = 8;
  private static final int MOST_MEGABYTES = 1_000_000_000;
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Reply SAME_CLASS = Reply.line("SAME src and dst class are identical");
  private static final Reply NO_SPARE = Reply.line("NOSPARE source class has no spare pages");
  private static final Reply NO_SLAB_CLASS = Reply.line("BADCLASS invalid src or dst class id");
  private static final Reply NO_CLASS = Reply.line("BADCLASS invalid class id");
  private static final Reply CRAWLS_ALREADY =
      Reply.line("ERROR failed to start lru crawler thread");
  private static final Reply UNKNOWN_ERROR = Reply.line("ERROR an unknown error happened");
  private static final Reply NO_DUMP = Reply.line("ERROR metadump not allowed");
  private static final Reply SLEEPS_TOO_LONG =
      Reply.line("CLIENT_ERROR sleep must be one second or less");
  private static final Reply TOO_MANY_PERCENT =
      Reply.line("ERROR hot and warm pcts must not exceed 80");
  private static final Reply NO_FACTOR =
      Reply.line("ERROR hot/warm age factors must be greater than 0");
  private static final Reply TOO_SMALL =
      Reply.line("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m");
  private static final Reply TOO_LARGE =
      Reply.line("MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes");

  private final Numeral numeral = new Numeral();

  /** The answer to a line; null when it is none of these commands. */
  @Nullable Reply answerTo(Line line) {
    return switch (line.text(0)) {
      case "slabs" -> slabs(line);
      case "lru" -> unlessQuiet(line, lru(line));
      case "lru_crawler" -> crawler(line);
      case "cache_memlimit" -> memoryLimit(line);
      default -> null;
    };
  }

  private static Reply unlessQuiet(Line line, Reply reply) {
    return ClassicRequests.unless(line.endsWithWord("noreply"), reply);
  }

  private Reply slabs(Line line) {
    if (line.words() == 4 && line.is(1, "reassign")) {
      return reassigned(line);
    }
    return line.words() >= 3 && line.is(1, "automove")
        ? unlessQuiet(line, automoved(line))
        : Reply.ERROR;
  }

  private Reply reassigned(Line line) {
    if (!line.readSigned(numeral, 2, 0)) {
      return Reply.BAD_FORMAT;
    }
    int from = numeral.asInt();
    if (!line.readSigned(numeral, 3, 0)) {
      return Reply.BAD_FORMAT;
    }
    int to = numeral.asInt();
    if (from == to) {
      return SAME_CLASS;
    }
    return isSlabClass(from) && isSlabClass(to) ? NO_SPARE : NO_SLAB_CLASS;
  }

  private static boolean isSlabClass(int number) {
    return number >= 0 && number <= LARGEST_SLAB_CLASS;
  }

  private Reply automoved(Line line) {
    if (line.is(2, "ratio")) {
      return line.words() >= 4 && isDecimal(line, 3) ? Reply.OK : Reply.ERROR;
    }
    if (!line.readUnsigned(numeral, 2, 0)) {
      return Reply.BAD_FORMAT;
    }
    return numeral.asInt() >= 0 && numeral.asInt() <= 2 ? Reply.OK : Reply.ERROR;
  }

  private Reply lru(Line line) {
    int words = line.words();
    if (words >= 6 && line.is(1, "tune")) {
      return tuned(line);
    }
    if (words >= 3 && line.is(1, "mode")) {
      return line.is(2, "flat") || line.is(2, "segmented") ? Reply.OK : Reply.ERROR;
    }
    return words >= 3 && line.is(1, "temp_ttl") && line.readSigned(numeral, 2, 0)
        ? Reply.OK
        : Reply.ERROR;
  }

  private Reply tuned(Line line) {
    if (!line.readUnsigned(numeral, 2, 0)) {
      return Reply.ERROR;
    }
    long percent = Integer.toUnsignedLong(numeral.asInt());
    if (!line.readUnsigned(numeral, 3, 0) || !isDecimal(line, 4) || !isDecimal(line, 5)) {
      return Reply.ERROR;
    }
    percent += Integer.toUnsignedLong(numeral.asInt());
    if (percent > MOST_PERCENT) {
      return TOO_MANY_PERCENT;
    }
    boolean areFactors =
        Double.parseDouble(line.text(4)) > 0 && Double.parseDouble(line.text(5)) > 0;
    return areFactors ? Reply.OK : NO_FACTOR;
  }

  private static boolean isDecimal(Line line, int word) {
    return DECIMAL.matcher(line.text(word)).matches();
  }

  private Reply crawler(Line line) {
    if (line.words() == 2) {
      return line.is(1, "enable") ? CRAWLS_ALREADY : line.is(1, "disable") ? Reply.OK : Reply.ERROR;
    }
    if (line.words() != 3) {
      return Reply.ERROR;
    }
    return switch (line.text(1)) {
      case "crawl" -> crawled(line.text(2));
      case "metadump" -> NO_DUMP;
      case "tocrawl" -> line.readUnsigned(numeral, 2, 0) ? Reply.OK : Reply.BAD_FORMAT;
      case "sleep" -> slept(line);
      default -> Reply.ERROR;
    };
  }

  private static Reply crawled(String classes) {
    if (classes.equals("all")) {
      return Reply.OK;
    }
    if (classes.equals("hash")) { // which memcached knows only where it lists items
      return UNKNOWN_ERROR;
    }
    for (String each : classes.split(",", -1)) {
      if (!each.matches("\\d{1,2}")
          || Integer.parseInt(each) < 1
          || Integer.parseInt(each) >= SLAB_CLASSES) {
        return NO_CLASS;
      }
    }
    return Reply.OK;
  }

  private Reply slept(Line line) {
    if (!line.readUnsigned(numeral, 2, 0)) {
      return Reply.BAD_FORMAT;
    }
    return Integer.toUnsignedLong(numeral.asInt()) > LONGEST_SLEEP_MICROS
        ? SLEEPS_TOO_LONG
        : Reply.OK;
  }

  private Reply memoryLimit(Line line) {
    if (line.words() != 2 && line.words() != 3) {
      return Reply.ERROR;
    }
    if (!line.readUnsigned(numeral, 1, 0)) {
      return unlessQuiet(line, Reply.ERROR);
    }
    long megabytes = Integer.toUnsignedLong(numeral.asInt());
    if (megabytes < LEAST_MEGABYTES) {
      return unlessQuiet(line, TOO_SMALL);
    }
    return unlessQuiet(line, megabytes > MOST_MEGABYTES ? TOO_LARGE : Reply.OK);
  }
}
