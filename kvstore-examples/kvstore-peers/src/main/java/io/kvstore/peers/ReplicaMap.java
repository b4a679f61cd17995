package io.kvstore.peers;

import io.kvstore.examples.bench.compare.Entries;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one member of a group holds, and the commands that go through its log as bytes: a key and a
 * value behind it, to write; a key alone, to read.
 */
final class ReplicaMap {
  private static final int KEY_BYTES = 16;

  private final Map<String, byte[]> map = new ConcurrentHashMap<>();

  static byte[] toPut(Entries entries, int key, int value) {
    byte[] theValue = entries.array(value);
    byte[] command = Arrays.copyOf(toGet(entries, key), KEY_BYTES + theValue.length);
    System.arraycopy(theValue, 0, command, KEY_BYTES, theValue.length);
    return command;
  }

  static byte[] toGet(Entries entries, int key) {
    return entries.text(key).getBytes(StandardCharsets.ISO_8859_1);
  }

  byte @Nullable [] perform(byte[] command, int offset, int length) {
    String key = new String(command, offset, KEY_BYTES, StandardCharsets.ISO_8859_1);
    if (length == KEY_BYTES) {
      return map.get(key);
    }
    map.put(key, Arrays.copyOfRange(command, offset + KEY_BYTES, offset + length));
    return null;
  }

  boolean has(Entries entries, int key, int value) {
    return Arrays.equals(entries.array(value), map.get(entries.text(key)));
  }
}
