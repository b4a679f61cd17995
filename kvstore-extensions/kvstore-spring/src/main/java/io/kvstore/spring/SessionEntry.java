package io.kvstore.spring;

import io.kvstore.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the store keeps of a session, under one key. Attributes stay in bytes, so that one can be
 * changed without the classes of the others.
 *
 * @param created when the session was created
 * @param lastAccessed when it was last used
 * @param maxInactive how long it lives after that; for ever if negative
 * @param attributes its attributes by name, serialized
 */
record SessionEntry(
    Instant created, Instant lastAccessed, Duration maxInactive, Map<String, Bytes> attributes) {
  private static final int FORMAT = 1;

  SessionEntry {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** How long the entry lives once it is written; nothing when for ever, zero when not at all. */
  Optional<Duration> lifetime() {
    return maxInactive.isNegative() ? Optional.empty() : Optional.of(maxInactive);
  }

  String encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(created.toEpochMilli());
      out.writeLong(lastAccessed.toEpochMilli());
      out.writeLong(maxInactive.getSeconds());
      out.writeInt(maxInactive.getNano());
      out.writeInt(attributes.size());
      for (Map.Entry<String, Bytes> each : attributes.entrySet()) {
        write(out, Bytes.of(each.getKey()));
        write(out, each.getValue());
      }
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, Bytes part) throws IOException {
    out.writeInt(part.size());
    out.write(part.toArray());
  }

  /**
   * The entry that was encoded so.
   *
   * @throws IllegalStateException when it was not, or by a later version
   */
  static SessionEntry decode(String text) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IllegalStateException(
            "a session has the format " + format + ", but only " + FORMAT + " is known here");
      }
      Instant created = Instant.ofEpochMilli(in.readLong());
      Instant lastAccessed = Instant.ofEpochMilli(in.readLong());
      Duration maxInactive = Duration.ofSeconds(in.readLong(), in.readInt());
      Map<String, Bytes> attributes = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String name = read(in).toText();
        attributes.put(name, read(in));
      }
      return new SessionEntry(created, lastAccessed, maxInactive, attributes);
    } catch (IOException | IllegalArgumentException damaged) {
      throw new IllegalStateException("an entry is no session: " + damaged, damaged);
    }
  }

  private static Bytes read(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > in.available()) {
      throw new IOException("a part of " + size + " bytes in " + in.available());
    }
    return Bytes.wrap(in.readNBytes(size));
  }
}
