package io.kvstore.core.spi;

import java.nio.file.Path;

/**
 * Says that a file of a log is not what was once written to it.
 *
 * <p>Unlike the torn end that a crash leaves, which is cut off, this is damage to what the disk had
 * promised to keep. Nothing is repaired: what a copy of the file, or another replica, still has is
 * worth more than a guess.
 */
public final class DamagedFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;

  /** This file is damaged from this offset on. */
  public DamagedFileException(Path file, long offset, String damage) {
    super(file + " is damaged at offset " + offset + ": " + damage);
    this.file = file.toString();
    this.offset = offset;
  }

  /** The damaged file. */
  public Path file() {
    return Path.of(file);
  }

  /** Where in the file the damage begins, in bytes from 0. */
  public long offset() {
    return offset;
  }
}
