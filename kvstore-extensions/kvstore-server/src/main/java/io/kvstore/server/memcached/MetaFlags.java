package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The key and the flags of one meta command, as far as they were understood. */
final class MetaFlags {
  private static final int ASCII = 127;
  private static final int LONGEST_OPAQUE = 32;
  private static final int NO_WORD = -1;
  private static final String BAD_TOKEN = "CLIENT_ERROR bad token in command line format";

  private final byte[] letters;
  private final Bytes key;
  private boolean isBinary;
  private boolean isQuiet;
  private boolean showsValue;
  private boolean keepsAccess;
  private boolean isInvalidation;
  private boolean comparesUnique;
  private long unique;
  private int clientFlags;
  private char mode;
  private long delta = 1;
  private long initial;
  private @Nullable Lifetime lifetime;
  private @Nullable Lifetime vivified;
  private @Nullable Lifetime recached;
  private @Nullable Bytes opaque;
  private @Nullable String error;

  /** Reads the words of a line from one on; the second is the key. */
  MetaFlags(Line line, int firstFlag, LongSupplier nowSeconds) {
    letters = new byte[Math.max(0, line.words() - firstFlag)];
    boolean[] seen = new boolean[ASCII];
    Numeral numeral = new Numeral();
    int opaqueWord = NO_WORD;
    for (int word = firstFlag; word < line.words(); word++) {
      int letter = line.at(word, 0) & 0xFF;
      if (letter >= ASCII || seen[letter]) {
        error = "CLIENT_ERROR duplicate flag";
        break;
      }
      seen[letter] = true;
      letters[word - firstFlag] = (byte) letter;
      if (letter == 'O') {
        opaqueWord = word;
      } else if (!understand((char) letter, line, word, numeral, nowSeconds)) {
        error = "CLIENT_ERROR invalid flag";
        break;
      }
    }
    key = keyOf(line);
    if (opaqueWord != NO_WORD && error == null) {
      opaque = line.bytes(opaqueWord);
      if (opaque.size() > LONGEST_OPAQUE) {
        error = "CLIENT_ERROR opaque token too long";
      }
    }
  }

  private Bytes keyOf(Line line) {
    Bytes decoded = isBinary ? Base64Key.decode(line.array(), line.start(1), line.end(1)) : null;
    return decoded == null ? line.bytes(1) : decoded;
  }

  /** False when there is no such flag. What cannot be read is noted, and the last such counts. */
  private boolean understand(
      char letter, Line line, int word, Numeral numeral, LongSupplier nowSeconds) {
    switch (letter) {
      case 'b' -> {
        isBinary = true;
        if (Base64Key.decode(line.array(), line.start(1), line.end(1)) == null) {
          error = "CLIENT_ERROR error decoding key";
        }
      }
      case 'N' -> vivified = time(line, word, numeral, nowSeconds);
      case 'T' -> lifetime = time(line, word, numeral, nowSeconds);
      case 'R' -> recached = time(line, word, numeral, nowSeconds);
      case 'P', 'L', 'k', 's', 't', 'c', 'f', 'l', 'h' -> {}
      case 'v' -> showsValue = true;
      case 'u' -> keepsAccess = true;
      case 'q' -> isQuiet = true;
      case 'I' -> isInvalidation = true;
      case 'F' ->
          clientFlags = (int) unsigned(line, word, numeral, "CLIENT_ERROR bad command line format");
      case 'C' -> {
        unique = unsigned(line, word, numeral, BAD_TOKEN);
        comparesUnique = true;
      }
      case 'J' ->
          initial = unsigned(line, word, numeral, "CLIENT_ERROR invalid numeric initial value");
      case 'D' -> delta = unsigned(line, word, numeral, "CLIENT_ERROR invalid numeric delta value");
      case 'M' -> {
        if (line.size(word) == 2) {
          mode = (char) line.at(word, 1);
        } else {
          error = "CLIENT_ERROR incorrect length for M token";
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private @Nullable Lifetime time(Line line, int word, Numeral numeral, LongSupplier nowSeconds) {
    if (line.readSigned(numeral, word, 1)) {
      return Lifetime.of(numeral.asInt(), nowSeconds.getAsLong());
    }
    error = BAD_TOKEN;
    return null;
  }

  private long unsigned(Line line, int word, Numeral numeral, String otherwise) {
    if (line.readUnsigned(numeral, word, 1)) {
      return numeral.value();
    }
    error = otherwise;
    return 0;
  }

  /** Why they cannot be followed; null when they can. */
  @Nullable String error() {
    return error;
  }

  Bytes key() {
    return key;
  }

  boolean isQuiet() {
    return isQuiet;
  }

  boolean showsValue() {
    return showsValue;
  }

  boolean keepsAccess() {
    return keepsAccess;
  }

  boolean isInvalidation() {
    return isInvalidation;
  }

  boolean comparesUnique() {
    return comparesUnique;
  }

  long unique() {
    return unique;
  }

  int clientFlags() {
    return clientFlags;
  }

  /** The mode, a zero character when none was named. */
  char mode() {
    return mode;
  }

  long delta() {
    return delta;
  }

  long initial() {
    return initial;
  }

  @Nullable Lifetime lifetime() {
    return lifetime;
  }

  @Nullable Lifetime vivified() {
    return vivified;
  }

  @Nullable Lifetime recached() {
    return recached;
  }

  /**
   * How long a new item lives by the flags before the {@code t}, which is answered before those
   * behind it are looked at; -1 for ever.
   */
  long secondsOfNewItem() {
    int asked = placeOf('t');
    Lifetime last = null;
    int lastPlace = -1;
    if (vivified != null && placeOf('N') < asked) {
      last = vivified;
      lastPlace = placeOf('N');
    }
    if (lifetime != null && placeOf('T') < asked && placeOf('T') > lastPlace) {
      last = lifetime;
    }
    return last == null || last.isForever() ? -1 : Math.max(0, last.seconds());
  }

  boolean has(char letter) {
    return placeOf(letter) >= 0;
  }

  /** Where a flag stands among the flags, or -1. */
  int placeOf(char letter) {
    for (int i = 0; i < letters.length; i++) {
      if (letters[i] == letter) {
        return i;
      }
    }
    return -1;
  }

  /** The letters of the flags, in their order. */
  byte[] letters() {
    return Arrays.copyOf(letters, letters.length);
  }

  /** Writes the flags that every answer repeats: the key and the opaque token. */
  void writeEchoes(Output out) {
    for (byte letter : letters) {
      writeEcho(out, letter);
    }
  }

  /** Writes one flag if it is one that every answer repeats. */
  void writeEcho(Output out, byte letter) {
    if (letter == 'O' && opaque != null) {
      out.character(' ').bytes(opaque);
    } else if (letter == 'k') {
      out.text(" k");
      if (isBinary) {
        out.text(Base64Key.encode(key)).text(" b");
      } else {
        out.bytes(key);
      }
    }
  }
}
