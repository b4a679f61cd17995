package io.kvstore.ratis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What the members of a group have agreed on by its log, for good.
 *
 * @param keepsChanges whether all keep what changes, for those who watch
 * @param leaseNanos how long a lease of its leader is; 0 when it has none
 */
record Agreed(boolean keepsChanges, long leaseNanos) {
  private static final int KEEPS_CHANGES = 1;
  private static final int HAS_LEASES = 2;

  /** Nothing yet. */
  static final Agreed NOTHING = new Agreed(false, 0);

  Agreed keepingChanges() {
    return new Agreed(true, leaseNanos);
  }

  Agreed withLeases(long nanos) {
    return new Agreed(keepsChanges, Math.max(leaseNanos, nanos));
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte((keepsChanges ? KEEPS_CHANGES : 0) | (leaseNanos > 0 ? HAS_LEASES : 0));
    if (leaseNanos > 0) {
      out.writeLong(leaseNanos);
    }
  }

  static Agreed read(DataInputStream in) throws IOException {
    int flags = in.readUnsignedByte();
    if (flags > (KEEPS_CHANGES | HAS_LEASES)) {
      throw new IOException("it was written by a later version");
    }
    return new Agreed((flags & KEEPS_CHANGES) != 0, (flags & HAS_LEASES) != 0 ? in.readLong() : 0);
  }
}
