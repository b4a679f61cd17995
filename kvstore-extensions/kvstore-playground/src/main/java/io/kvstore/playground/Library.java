package io.kvstore.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Calls of the JDK for which there are shims, and what comes of them: line by line the same on the
 * JVM, where it is the JDK, and in the compiled script, where it is the shims.
 */
final class Library {
  private final SplittableRandom random = new SplittableRandom(42);
  private final List<String> lines = new ArrayList<>();

  private Library() {}

  /** What comes of them. */
  static String calls() {
    Library library = new Library();
    library.randomNumbers();
    library.deques();
    library.queues();
    library.ranges();
    library.limits();
    library.texts();
    library.numbers();
    library.digests();
    library.arithmetic();
    library.futures();
    library.atomics();
    return String.join("\n", library.lines);
  }

  private void say(String what, Object result) {
    lines.add(what + ": " + result);
  }

  private void randomNumbers() {
    for (long seed : new long[] {0, 1, -1, 42, Long.MIN_VALUE, 0x123456789abcdefL}) {
      SplittableRandom its = new SplittableRandom(seed);
      say("next", its.nextInt() + " " + its.nextLong() + " " + its.nextBoolean());
      say("double", its.nextDouble());
      for (int bound : new int[] {1, 2, 3, 7, 64, 1000, Integer.MAX_VALUE}) {
        say("below " + bound, its.nextInt(bound) + " " + its.nextLong(bound));
        say("from -5", its.nextInt(-5, bound) + " " + its.nextLong(-5, bound));
      }
      say("wide", its.nextInt(Integer.MIN_VALUE, 5) + " " + its.nextLong(Long.MIN_VALUE, 5));
      say("long", its.nextLong(Long.MAX_VALUE) + " " + its.nextLong(1L << 40));
    }
  }

  @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // that is what it is about
  private void deques() {
    ArrayDeque<Integer> deque = new ArrayDeque<>(2);
    for (int i = 0; i < 500; i++) {
      switch (random.nextInt(8)) {
        case 0, 1 -> deque.addFirst(i);
        case 2, 3 -> deque.addLast(i);
        case 4 -> say("first", deque.pollFirst());
        case 5 -> say("last", deque.pollLast());
        case 6 -> {
          int rest = random.nextInt(3);
          say("without " + rest, deque.removeIf(each -> each % 3 == rest) + " " + deque);
        }
        default -> {
          Iterator<Integer> all = deque.descendingIterator();
          while (all.hasNext()) {
            if (all.next() % 5 == 0) {
              all.remove();
            }
          }
          say("without fives", deque + " " + deque.size() + " " + deque.peekLast());
        }
      }
    }
    Iterator<Integer> two = new ArrayDeque<>(List.of(1, 2)).iterator();
    say("of two", two.next() + " " + two.next() + " " + two.hasNext());
    ArrayDeque<Integer> growing = new ArrayDeque<>(16);
    growing.addAll(List.of(1, 2, 3));
    int seen = 0;
    for (int each : growing) { // what is added meanwhile is not seen, and does no harm
      growing.addLast(each + 10);
      seen += each;
    }
    say("seen", seen + " " + growing);
  }

  private void queues() {
    ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(5)) {
        case 0, 1, 2 -> queue.add(i);
        case 3 -> say("polled", queue.poll() + " " + queue.peek() + " " + queue.size());
        default -> say("evens", queue.removeIf(each -> each % 2 == 0) + " " + queue);
      }
    }
  }

  /** Of tree maps and sets: what is done to a part of them stays in that part. */
  private void limits() {
    for (int limit : new int[] {0, 2, 5, Integer.MAX_VALUE}) {
      Stream<Integer> three = Stream.of(List.of(1), List.of(2, 3)).flatMap(List::stream);
      say("limited", three.limit(limit).toList());
      int[] numbers = IntStream.of(3, 1, 2).filter(each -> each > 1).limit(limit).toArray();
      say("limited numbers", Arrays.toString(numbers));
    }
  }

  private void ranges() {
    for (int round = 0; round < 60; round++) {
      TreeMap<Integer, Integer> map = new TreeMap<>();
      TreeSet<Integer> set = new TreeSet<>();
      for (int i = 0; i < 20; i++) {
        map.put(random.nextInt(30), i);
        set.add(random.nextInt(30));
      }
      int key = random.nextInt(30);
      boolean inclusive = random.nextBoolean();
      NavigableMap<Integer, Integer> part =
          switch (round % 4) {
            case 0 -> map.headMap(key, inclusive);
            case 1 -> map.tailMap(key, inclusive);
            case 2 -> map.subMap(key / 2, inclusive, key, true);
            default -> map.descendingMap().headMap(key, inclusive);
          };
      say("part", part + " " + part.size());
      if (round % 3 == 0) {
        part.values().removeIf(each -> each % 2 == 0);
      } else {
        part.clear();
      }
      say("rest", map + " " + map.size() + " " + part.isEmpty());
      set.headSet(key, inclusive).clear();
      say("set", set + " " + set.size());
    }
  }

  private void texts() {
    say("joined", new StringJoiner(", ", "[", "]").add("a").add("").add("b"));
    say("empty", new StringJoiner(", ", "[", "]") + "" + new StringJoiner("-").setEmptyValue("no"));
    byte[] bytes = bytes(20);
    say("hex", HexFormat.of().formatHex(bytes) + " " + HexFormat.of().formatHex(bytes, 3, 5));
    say("back", Arrays.equals(bytes, HexFormat.of().parseHex(HexFormat.of().formatHex(bytes))));
    say(
        "replaced",
        Pattern.compile("[0-9]+").matcher("1 and 22").replaceAll(match -> match.group() + "!"));
    for (String text :
        List.of("PT0S", "PT9.009S", "PT-1.5S", "-PT2M9S", "P1DT1H", "PT59M59.999S")) {
      say(text, Duration.parse(text).toNanos() + " " + Duration.parse(text));
    }
    for (String text : List.of("", "P", "PT", "9S", "PTS", "PT1M1H")) {
      try {
        say(text, Duration.parse(text));
      } catch (RuntimeException refused) {
        say(text, "refused");
      }
    }
    UUID uuid = UUID.fromString("fedcba98-7654-3210-0123-456789abcdef");
    say("uuid", uuid.getMostSignificantBits());
  }

  private void numbers() {
    for (double number :
        new double[] {0, 5.3585, 0.0005, 0.25, 0.35, 1.45, 2.5, 999.95, 12345.678}) {
      say("formatted", String.format(Locale.ROOT, "%.0f %.1f %.3f", number, number, number));
    }
    for (int i = 0; i < 200; i++) {
      long nanos = random.nextLong(10_000_000);
      say("time", String.format(Locale.ROOT, "%.3f ms, %.1f µs", nanos / 1e6, nanos / 1e3));
    }
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private void digests() {
    for (int length : new int[] {0, 1, 55, 56, 63, 64, 65, 1000}) {
      byte[] bytes = bytes(length);
      CRC32C checksum = new CRC32C();
      checksum.update(bytes);
      say("crc", checksum.getValue());
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update("abc".getBytes(UTF_8));
        say("sha", HexFormat.of().formatHex(digest.digest(bytes)));
        say("again", HexFormat.of().formatHex(digest.digest()));
      } catch (NoSuchAlgorithmException missing) {
        say("sha", missing);
      }
    }
  }

  private void arithmetic() {
    long[] numbers = {0, 1, -1, 3, Long.MAX_VALUE, Long.MIN_VALUE, 0x123456789abcdefL, -12345};
    for (long one : numbers) {
      for (long other : numbers) {
        say("high", Math.multiplyHigh(one, other));
      }
    }
    for (int i = 0; i < 20; i++) {
      byte[] one = bytes(random.nextInt(3));
      byte[] other = bytes(random.nextInt(3));
      say("compared", Integer.signum(Arrays.compareUnsigned(one, other)));
    }
    say("stream", Stream.ofNullable("a").count() + Stream.ofNullable(null).count());
    say("sorted", Collections.emptySortedMap());
  }

  private void futures() {
    List<String> order = new ArrayList<>();
    CompletableFuture<String> first = new CompletableFuture<>();
    for (int i = 0; i < 3; i++) {
      String name = "f" + i;
      CompletableFuture<String> next = first.thenApply(value -> note(order, name, value));
      CompletableFuture<?> unused = next.thenAccept(value -> note(order, name + "a", value));
      unused = next.thenRun(() -> note(order, name + "b", ""));
      unused =
          next.handle((value, thrown) -> note(order, name + "c", value))
              .thenCompose(
                  value -> CompletableFuture.completedFuture(note(order, name + "d", value)))
              .whenComplete((value, thrown) -> note(order, name + "e", value));
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(first, first.thenApply(value -> "z"));
    say("done", first.complete("v") + " " + first.complete("w") + " " + all.isDone());
    say("order", order);
    CompletableFuture<String> failing = new CompletableFuture<>();
    CompletableFuture<String> after = failing.thenApply(value -> value + "!");
    CompletableFuture<String> cured = after.exceptionally(thrown -> thrown.getClass().getName());
    CompletableFuture<String> passed = failing.whenComplete((value, thrown) -> {});
    failing.completeExceptionally(new IllegalStateException("x"));
    say("cured", cured.join().endsWith("CompletionException") + " " + passed.isDone());
    try {
      say("joined", after.join());
    } catch (RuntimeException thrown) {
      say("thrown", String.valueOf(thrown.getCause()) + " " + after.isCompletedExceptionally());
    }
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    CompletableFuture<String> behind = cancelled.thenApply(value -> value);
    say("cancelled", cancelled.cancel(true) + " " + cancelled.isCancelled());
    say("behind", behind.isCancelled() + " " + behind.isCompletedExceptionally());
    say("now", new CompletableFuture<String>().getNow("not yet"));
  }

  private static String note(List<String> order, String name, String value) {
    order.add(name);
    return value;
  }

  @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // that is what it is about
  private void atomics() {
    AtomicLongArray longs = new AtomicLongArray(2);
    longs.set(1, 5);
    say("longs", longs.compareAndSet(1, 5, 6) + " " + longs.compareAndSet(1, 5, 7));
    say("long", longs.get(0) + " " + longs.get(1) + " " + longs.length());
    AtomicReferenceArray<String> texts = new AtomicReferenceArray<>(2);
    say("texts", texts.getAndSet(0, "a") + " " + texts.accumulateAndGet(0, "b", String::concat));
    LongAdder sum = new LongAdder();
    sum.add(4);
    sum.increment();
    say("sum", sum.sum());
    Semaphore permits = new Semaphore(2);
    permits.acquireUninterruptibly();
    permits.release();
    say("permits", permits.drainPermits() + " " + permits.tryAcquire());
    Set<String> keys = ConcurrentHashMap.newKeySet();
    say("keys", keys.add("b") + " " + keys.add("c"));
    for (String key : keys) { // they may change meanwhile
      keys.remove(key);
    }
    say("keys", keys.add("a") + " " + keys.add("a") + " " + keys.remove("b") + " " + keys);
  }
}
