package io.kvstore.memcached;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The names of a replica's items: at most 250 bytes, without spaces and control characters,
 * whatever the keys are.
 *
 * <pre>
 *   kvstore:n0-0               the place of the first shard's replica on the first node
 *   kvstore:n0-0:OWNER:tKEY    a key that may stand there as it is
 *   kvstore:n0-0:OWNER:bKEY    any other key, in base 64
 *   kvstore:n0-0:OWNER:hHASH   a key that is too long for both, as its SHA-256
 *   kvstore:n0-0:OWNER:2tKEY   the third part of a large entry
 * </pre>
 *
 * The owner is another one each time that a datalet is opened: what an earlier one has left, or is
 * still writing, is never taken for an entry.
 */
final class ItemNames {
  static final int PREFIX_LIMIT = 100;

  private static final int NAME_LIMIT = 250;
  private static final int PART_DIGITS = 10;
  private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();

  private final String place;
  private final String owner;
  private final String head;

  ItemNames(String prefix, NodeId node, int shard, String owner) {
    this.place = prefix + ":" + node + "-" + shard;
    this.owner = owner;
    this.head = place + ":" + owner + ":";
  }

  static String requirePrefix(String prefix) {
    boolean isPrintable = prefix.chars().allMatch(each -> each > ' ' && each <= '~');
    if (!isPrintable || prefix.isEmpty() || prefix.length() > PREFIX_LIMIT) {
      throw new IllegalArgumentException(
          "a prefix has 1 to "
              + PREFIX_LIMIT
              + " printable ASCII characters and no space, not \""
              + prefix
              + "\"");
    }
    return prefix;
  }

  /** The item that says who lives in this place. */
  String place() {
    return place;
  }

  /** What it says when it is us. */
  String owner() {
    return owner;
  }

  /** Whether an item was left by a datalet that had this place before. */
  boolean isLeftover(String name) {
    return name.startsWith(place + ":") && !name.startsWith(head);
  }

  /** The items of a key, up to one part of its entry. */
  String item(Bytes key, int part) {
    String number = part == 0 ? "" : Integer.toString(part);
    int room = NAME_LIMIT - head.length() - PART_DIGITS - 1;
    if (key.size() <= room && isPlain(key)) {
      return head + number + "t" + new String(key.toArray(), ISO_8859_1);
    }
    if ((key.size() + 2) / 3 * 4 <= room) {
      return head + number + "b" + BASE_64.encodeToString(key.toArray());
    }
    return head + number + "h" + BASE_64.encodeToString(sha256(key));
  }

  private static boolean isPlain(Bytes key) {
    for (int i = 0; i < key.size(); i++) {
      if (key.at(i) <= ' ' || key.at(i) > '~') { // bytes above 127 are negative
        return false;
      }
    }
    return true;
  }

  private static byte[] sha256(Bytes key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.toArray());
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }
}
