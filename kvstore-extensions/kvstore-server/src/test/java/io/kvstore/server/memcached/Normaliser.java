package io.kvstore.server.memcached;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the answers of two servers comparable, and remembers the uniques of one of them: each
 * becomes the number in which it was seen first.
 */
final class Normaliser {
  private static final Pattern META_ANSWER = Pattern.compile("^(HD|NS|EX|NF|EN|) ");
  private static final Pattern UNIQUE_FLAG = Pattern.compile(" c(\\d+)");
  private static final Pattern SIZE_FLAG = Pattern.compile(" s\\d+");
  private static final Pattern TIME_FLAG = Pattern.compile(" t(\\d+)");
  private static final Pattern ACCESS_FLAG = Pattern.compile(" l\\d+");
  private static final Pattern UNIQUE_OF_ME = Pattern.compile(" cas=(\\d+)");
  private static final long[] TIMES = {30, 100, 1_000, 2_592_000};

  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, String> uniques = new HashMap<>();

  /** The unique that was seen last of a key. */
  String uniqueOf(String key) {
    return uniques.getOrDefault(key, "3");
  }

  /** The answer to a command, with what has to differ made alike. */
  String normalise(String command, String answer) {
    StringBuilder result = new StringBuilder();
    int at = 0;
    while (at < answer.length()) {
      int end = answer.indexOf("\r\n", at);
      if (end < 0) {
        return result.append(answer.substring(at)).toString();
      }
      String line = answer.substring(at, end);
      at = end + 2;
      String[] words = line.split(" ", -1);
      if (words[0].equals("VALUE") && words.length >= 4) {
        int size = Integer.parseInt(words[3]);
        String value = answer.substring(at, at + size);
        at += size + 2;
        result.append("VALUE ").append(words[1]).append(' ').append(words[2]);
        if (words.length > 4) {
          result.append(' ').append(number(words[1], words[4]));
        }
        result.append(" [").append(unpadded(value)).append("]\n");
      } else if (words[0].equals("VA")) {
        int size = Integer.parseInt(words[1]);
        String value = answer.substring(at, at + size);
        at += size + 2;
        String flags = line.substring(3 + words[1].length());
        result.append("VA").append(flags(command, flags)).append(" [");
        result.append(unpadded(value)).append("]\n");
      } else {
        result.append(flags(command, line)).append('\n');
      }
    }
    return result.toString();
  }

  private static String unpadded(String value) {
    return value.replace(" ", "");
  }

  private String flags(String command, String line) {
    if (line.startsWith("ME ")) {
      String key = line.split(" ", -1)[1];
      Matcher unique = UNIQUE_OF_ME.matcher(line);
      String number = unique.find() ? number(key, unique.group(1)) : "?";
      return "ME " + key + " " + number;
    }
    if (!META_ANSWER.matcher(line).find()) {
      return line;
    }
    String[] words = command.stripLeading().split(" +", -1);
    String key = words.length > 1 ? words[1] : "";
    String result =
        UNIQUE_FLAG.matcher(line).replaceAll(found -> " c" + number(key, found.group(1)));
    result = SIZE_FLAG.matcher(result).replaceAll(" s");
    result = ACCESS_FLAG.matcher(result).replaceAll(" l");
    return TIME_FLAG.matcher(result).replaceAll(found -> " t" + nearest(found.group(1)));
  }

  private String number(String key, String unique) {
    if (unique.equals("0")) {
      return "#0";
    }
    uniques.put(key, unique);
    return "#" + numbers.computeIfAbsent(unique, first -> numbers.size() + 1);
  }

  /** Seconds pass between the two servers' answers. */
  private static String nearest(String seconds) {
    long left = Long.parseLong(seconds);
    for (long time : TIMES) {
      if (Math.abs(left - time) <= 20) {
        return Long.toString(time);
      }
    }
    return seconds;
  }
}
