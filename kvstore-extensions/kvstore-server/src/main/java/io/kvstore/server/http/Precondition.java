package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Update;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which version a key must have for a write to be made, as the headers of its request say. */
final class Precondition {
  private static final Pattern TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]*\"");
  private static final String ANY = "*";

  private final Optional<String> match;
  private final boolean isForNew;

  private Precondition(Optional<String> match, boolean isForNew) {
    this.match = match;
    this.isForNew = isForNew;
  }

  static Precondition of(Request request) {
    Optional<String> match = request.header("If-Match").map(String::strip);
    Optional<String> noneMatch = request.header("If-None-Match").map(String::strip);
    if (match.filter(tag -> !tag.equals(ANY) && !TAG.matcher(tag).matches()).isPresent()) {
      throw Refusal.malformed("If-Match must be * or one quoted ETag");
    }
    if (noneMatch.filter(tag -> !tag.equals(ANY)).isPresent()) {
      throw Refusal.malformed("If-None-Match of a write must be *");
    }
    if (match.isPresent() && noneMatch.isPresent()) {
      throw Refusal.malformed("If-Match and If-None-Match exclude each other");
    }
    return new Precondition(match, noneMatch.isPresent());
  }

  Update<Bytes, Bytes> limit(Update<Bytes, Bytes> update) {
    if (isForNew) {
      return update.ifAbsent();
    }
    if (match.isEmpty()) {
      return update;
    }
    return match.get().equals(ANY) ? update.ifPresent() : update.ifVersion(version(match.get()));
  }

  static String tag(long version) {
    return '"' + Long.toUnsignedString(version) + '"';
  }

  /** The version in a tag; what is no tag of ours has one that no entry has. */
  private static long version(String tag) {
    try {
      return Long.parseUnsignedLong(tag.substring(1, tag.length() - 1));
    } catch (NumberFormatException foreign) {
      return -1;
    }
  }

  /** Whether a list of tags has this one, or is any. */
  static boolean names(String tags, String tag) {
    for (String each : tags.split(",", -1)) {
      String named = each.strip();
      String strong = named.startsWith("W/") ? named.substring(2) : named;
      if (strong.equals(ANY) || strong.equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
