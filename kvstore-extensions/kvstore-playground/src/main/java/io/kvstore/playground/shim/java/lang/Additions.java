package io.kvstore.playground.shim.java.lang;

import io.kvstore.playground.compile.AddedTo;
import io.kvstore.playground.shim.java.util.concurrent.ConcurrentHashMap$KeySetView;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Methods of the JDK's that TeaVM's classes lack, and kvstore calls. */
public final class Additions {
  private static final long LOW = 0xffffffffL;
  private static final long HEAP_BYTES = 1L << 30;

  private static final Pattern DURATION =
      Pattern.compile(
          "([-+]?)P(?:([-+]?[0-9]+)D)?(?:T(?=[-+0-9])(?:([-+]?[0-9]+)H)?(?:([-+]?[0-9]+)M)?"
              + "(?:([-+]?[0-9]+)(?:[.]([0-9]{0,9}))?S)?)?");

  private Additions() {}

  /** The upper half of a product. */
  @AddedTo(value = Math.class, isStatic = true)
  public static long multiplyHigh(long one, long other) {
    long middle = (one >> 32) * (other & LOW) + (((one & LOW) * (other & LOW)) >>> 32);
    long carried = (one & LOW) * (other >> 32) + (middle & LOW);
    return (one >> 32) * (other >> 32) + (middle >> 32) + (carried >> 32);
  }

  /** Bytes in the order of their unsigned values. */
  @AddedTo(value = Arrays.class, isStatic = true)
  public static int compareUnsigned(byte[] one, byte[] other) {
    int common = Math.min(one.length, other.length);
    for (int i = 0; i < common; i++) {
      if (one[i] != other[i]) {
        return Integer.compare(one[i] & 0xff, other[i] & 0xff);
      }
    }
    return one.length - other.length;
  }

  /** One element or none. */
  @AddedTo(value = Stream.class, isStatic = true)
  public static <T> Stream<T> ofNullable(T element) {
    return element == null ? Stream.empty() : Stream.of(element);
  }

  /** Nothing, in order. */
  @AddedTo(value = Collections.class, isStatic = true)
  public static <K, V> SortedMap<K, V> emptySortedMap() {
    return new TreeMap<>(); // a new one each time: it stays empty for everyone else
  }

  /** A page has no limit of its own: enough for what checkers take. */
  @AddedTo(Runtime.class)
  public static long maxMemory(Runtime runtime) {
    return HEAP_BYTES;
  }

  /** Nothing to do: there is one thread only. */
  @AddedTo(value = Thread.class, isStatic = true)
  public static void onSpinWait() {}

  /** All threads that there are may run. */
  @AddedTo(Thread.class)
  public static Thread.State getState(Thread thread) {
    return Thread.State.RUNNABLE;
  }

  /** A set that may be changed while it is gone through. */
  @AddedTo(value = ConcurrentHashMap.class, isStatic = true)
  public static <E> ConcurrentHashMap$KeySetView<E, Boolean> newKeySet() {
    return ConcurrentHashMap$KeySetView.empty();
  }

  /** The first half of its digits. */
  @AddedTo(UUID.class)
  public static long getMostSignificantBits(UUID uuid) {
    String digits = uuid.toString().replace("-", "");
    return (Long.parseLong(digits.substring(0, 8), 16) << 32)
        | Long.parseLong(digits.substring(8, 16), 16);
  }

  /** None: a page has no services, and names its engine. */
  @AddedTo(ServiceLoader.class)
  public static <S> Stream<ServiceLoader.Provider<S>> stream(ServiceLoader<S> services) {
    return Stream.empty();
  }

  /** Each match replaced by what a function makes of it. */
  @AddedTo(Matcher.class)
  public static String replaceAll(Matcher matcher, Function<MatchResult, String> replacement) {
    matcher.reset();
    StringBuffer text = new StringBuffer();
    while (matcher.find()) {
      matcher.appendReplacement(text, replacement.apply(matcher.toMatchResult()));
    }
    return matcher.appendTail(text).toString();
  }

  /** TeaVM's does not read nines, nor fractions. */
  @AddedTo(value = Duration.class, isStatic = true, replaces = true)
  public static Duration parse(CharSequence text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches() || text.charAt(text.length() - 1) == 'P') {
      throw new DateTimeParseException("Text cannot be parsed to a Duration", text, 0);
    }
    long seconds = 0;
    long[] units = {24 * 60 * 60, 60 * 60, 60, 1};
    for (int i = 0; i < units.length; i++) {
      String number = parts.group(i + 2);
      seconds += number == null ? 0 : units[i] * Long.parseLong(number);
    }
    String fraction = parts.group(6) == null ? "" : parts.group(6);
    long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
    boolean isBelowZero = parts.group(5) != null && parts.group(5).startsWith("-");
    Duration duration = Duration.ofSeconds(seconds, isBelowZero ? -nanos : nanos);
    return "-".equals(parts.group(1)) ? duration.negated() : duration;
  }

  /** Called wherever a number is about to be formatted. */
  public static void roundHalfUp(DecimalFormat format) {
    format.setRoundingMode(RoundingMode.HALF_UP);
  }
}
