package io.kvstore.server.memcached;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Commands drawn from a seed, most of them right, some wrong in one word.
 *
 * <p>Numbers stay below 2^63: memcached 1.6.18 takes a larger one for negative when the memory
 * behind it happens to hold a minus sign.
 *
 * <p>{@code ma} has no {@code T}: memcached 1.6.18 forgets it when the number gets longer.
 *
 * <p>Wherever a client would send a unique, they have {@code {key}} instead. Numbers that go down
 * are kept apart from other items, because memcached pads them; see the documentation of the
 * differences.
 */
final class RandomCommands {
  private static final String[] KEYS = {"a", "b", "p:c", "k".repeat(250), "\u00e9\u00ff"};
  private static final String[] COUNTERS = {"n1", "n2"};
  private static final String[] ENCODED = {"Zm9v", "AAEC/w=="};
  private static final String[] VALUES = {
    "", "x", "hello", "7", "99", "\0\r\n\u00ff", "-3", "+4", "12 34"
  };
  private static final String[] NUMBERS = {"0", "5", "9", "10", "100", "1000000000000"};
  private static final String[] GARBAGE = {
    "x",
    "-1",
    "4294967296",
    "18446744073709551616",
    "noreply",
    "\t",
    "99999999999999999999",
    "0x10",
    "+0",
    "-",
    "1e3",
    "a\0b",
    "k".repeat(251),
    "\u00ff",
    "0\t",
    "NOREPLY",
    "-18446744073709551615"
  };
  private static final String END = "\r\n";

  /** What a command with a wrong length eats, and what is left of it. */
  private static final String FILLER = "version\r\nversion\r\n";

  private final Random random;

  RandomCommands(long seed) {
    random = new Random(seed);
  }

  String next() {
    int kind = random.nextInt(100);
    if (kind < 25) {
      return storage();
    }
    if (kind < 38) {
      return maybeWrong(retrieval(), "");
    }
    if (kind < 50) {
      return maybeWrong(simple(), "");
    }
    if (kind < 65) {
      return maybeWrong(metaGet(), "");
    }
    if (kind < 80) {
      return metaStorage();
    }
    if (kind < 95) {
      return maybeWrong(otherMeta(), "");
    }
    return nonsense();
  }

  // Words

  private String one(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  private String key() {
    return oneIn(5) ? one(COUNTERS) : one(KEYS);
  }

  private static boolean isCounter(String key) {
    return key.startsWith("n");
  }

  private String time() {
    return switch (random.nextInt(7)) {
      case 0 -> "-1";
      case 1 -> "30";
      case 2 -> "100";
      case 3 -> "2592000";
      case 4 -> Long.toString(Instant.now().getEpochSecond() + 1_000);
      default -> "0";
    };
  }

  private String flags() {
    return oneIn(3) ? Integer.toUnsignedString(random.nextInt()) : "0";
  }

  private String value(String key) {
    return isCounter(key) ? one(NUMBERS) : one(VALUES);
  }

  private String maybe(String word) {
    return oneIn(4) ? " " + word : "";
  }

  // Classic

  private String storage() {
    String key = key();
    String value = value(key);
    boolean mayJoin = !isCounter(key);
    String mode =
        mayJoin
            ? one(new String[] {"set", "set", "add", "replace", "append", "prepend", "cas"})
            : "set";
    String line = mode + " " + key + " " + flags() + " " + time() + " " + value.length();
    if (mode.equals("cas")) {
      line += oneIn(4) ? " 1" : " {" + key + "}";
    }
    return maybeWrong(line + (oneIn(5) ? " noreply" : ""), value + END);
  }

  private String retrieval() {
    StringBuilder line = new StringBuilder();
    switch (random.nextInt(4)) {
      case 0 -> line.append("get");
      case 1 -> line.append("gat ").append(time());
      case 2 -> line.append("gats ").append(time());
      default -> line.append("gets");
    }
    int keys = oneIn(6) ? 30 : 1 + random.nextInt(3);
    for (int i = 0; i < keys; i++) {
      line.append(oneIn(9) ? "  " : " ").append(keys > 20 ? key().substring(0, 1) : key());
    }
    return line.toString();
  }

  private String simple() {
    return switch (random.nextInt(9)) {
      case 0, 1 -> "incr " + key() + " " + one(NUMBERS) + maybe("noreply");
      case 2 -> "decr " + one(COUNTERS) + " " + one(NUMBERS) + maybe("noreply");
      case 3 -> "touch " + key() + " " + time() + maybe("noreply");
      case 4 -> "delete " + key() + maybe("0") + maybe("noreply");
      case 5 -> "delete " + key();
      case 6 -> oneIn(3) ? "flush_all" + maybe("0") + maybe("noreply") : "version";
      case 7 -> "verbosity " + random.nextInt(3) + maybe("noreply");
      default -> one(new String[] {"shutdown", "stats foo", "stats detail", "mx", "bget a"});
    };
  }

  // Meta

  private String shuffled(List<String> flags) {
    Collections.shuffle(flags, random);
    return flags.isEmpty() ? "" : " " + String.join(" ", flags);
  }

  private void some(List<String> flags, String... from) {
    for (String flag : from) {
      if (oneIn(3)) {
        flags.add(flag);
      }
    }
  }

  private String metaGet() {
    List<String> flags = new ArrayList<>();
    some(flags, "v", "f", "c", "k", "s", "t", "q", "Oop" + random.nextInt(9), "P1", "L2", "u");
    if (oneIn(6)) {
      flags.add("b");
      return "mg " + one(ENCODED) + shuffled(flags);
    }
    String key = key();
    if (!isCounter(key)) {
      some(flags, "h", "l");
      if (oneIn(4)) {
        flags.add("R" + one(new String[] {"0", "60", "20", "-1"}));
      }
    }
    if (oneIn(5)) {
      flags.add("N" + one(new String[] {"0", "30", "100"}));
    } else if (oneIn(5)) {
      String time = time();
      flags.add("T" + time);
      if (time.startsWith("-")) {
        flags.remove("t");
      }
    }
    return "mg " + key + shuffled(flags);
  }

  private String metaStorage() {
    List<String> flags = new ArrayList<>();
    some(flags, "k", "q", "Oop" + random.nextInt(9));
    boolean isEncoded = oneIn(6);
    String key = isEncoded ? one(ENCODED) : key();
    if (isEncoded) {
      flags.add("b");
    }
    String time = time();
    if (oneIn(3)) {
      flags.add("T" + time);
    }
    if (!time.startsWith("-")) {
      some(flags, "c");
    }
    if (oneIn(3)) {
      flags.add("F" + flags());
    }
    if (oneIn(3) && !isCounter(key)) {
      flags.add("M" + one(new String[] {"E", "A", "P", "R", "S", "X"}));
    }
    if (oneIn(3)) {
      flags.add(oneIn(3) ? "C1" : "C{" + key + "}");
      some(flags, "I");
    }
    String value = value(key);
    return maybeWrong("ms " + key + " " + value.length() + shuffled(flags), value + END);
  }

  private String otherMeta() {
    List<String> flags = new ArrayList<>();
    some(flags, "k", "q", "Oop" + random.nextInt(9));
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        String key = key();
        if (oneIn(3)) {
          flags.add(oneIn(3) ? "C1" : "C{" + key + "}");
        }
        if (oneIn(2) && !isCounter(key)) {
          flags.add("I");
          if (oneIn(2)) {
            flags.add("T" + time());
          }
        }
        return "md " + key + shuffled(flags);
      }
      case 2, 3 -> {
        String key = one(COUNTERS);
        some(
            flags, "v", "c", "t", "D" + one(NUMBERS), "M" + one(new String[] {"I", "D", "+", "-"}));
        if (oneIn(3)) {
          flags.add("N0");
          some(flags, "J" + one(NUMBERS));
        }
        if (oneIn(4)) {
          flags.add("C{" + key + "}");
        }
        return "ma " + key + shuffled(flags);
      }
      default -> {
        return "me " + key();
      }
    }
  }

  // What is wrong

  private String maybeWrong(String line, String value) {
    if (!oneIn(8) || line.startsWith("stats")) {
      return line + END + value;
    }
    String[] words = line.split(" ", -1);
    int word = random.nextInt(words.length);
    boolean isRetrieval = line.startsWith("g");
    boolean mayDrop = !line.contains("{") && !line.startsWith("cas") && !line.contains("noreply");
    if (oneIn(3) && mayDrop) {
      words[word] = "";
    } else {
      String garbage = one(GARBAGE);
      // Of a key that is too long memcached drops even the answers to earlier commands.
      words[word] = isRetrieval && garbage.length() > 250 ? "x" : garbage;
    }
    return String.join(" ", words) + END + value + (value.isEmpty() ? "" : FILLER);
  }

  private String nonsense() {
    if (oneIn(4)) {
      String value = "y".repeat(random.nextInt(4));
      int length = value.length() + 1 + random.nextInt(3);
      return (oneIn(2) ? "set a 0 0 " : "ms a ") + length + END + value + END + FILLER;
    }
    StringBuilder line = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      char character = (char) random.nextInt(256);
      line.append(character == '\n' ? ' ' : character);
    }
    return line + END;
  }
}
