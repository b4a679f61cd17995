package io.kvstore.core.datalet;

import io.kvstore.core.spi.DamagedFileException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One file of a log: a header, then records, appended until the file is full.
 *
 * <p>The header is a magic number (8 bytes), the version of the format (4), the number of the
 * segment (8), and the CRC32C of these (4). Segments are read back in the order of their numbers.
 */
final class Segment implements AutoCloseable {
  static final int HEADER_BYTES = 8 + 4 + 8 + 4;
  static final int FORMAT = 2;

  private static final long MAGIC = 0x6B76_7374_6F72_650AL; // "kvstore" and a line feed
  private static final Pattern NAME = Pattern.compile("(\\d{19})\\.segment");

  private static final String SCRATCH = ".scratch";

  private final long number;
  private final Disk.File file;
  private long size;
  private long neededBytes;

  private Segment(long number, Disk.File file, long size) {
    this.number = number;
    this.file = file;
    this.size = size;
  }

  /** Makes an empty segment, which is there to stay when this returns. */
  static Segment create(Disk disk, long number) {
    Disk.File file = disk.create(nameOf(number));
    file.write(0, header(number), HEADER_BYTES);
    file.force();
    disk.forceNames();
    return new Segment(number, file, HEADER_BYTES);
  }

  /** Makes an empty file with the form of a segment that belongs to no log, and need not stay. */
  static Segment createScratch(Disk disk, long number) {
    Disk.File file = disk.create(scratchNameOf(number));
    file.write(0, header(number), HEADER_BYTES);
    return new Segment(number, file, HEADER_BYTES);
  }

  /** Opens a segment whose header is not looked at yet. */
  static Segment open(Disk disk, long number) {
    Disk.File file = disk.open(nameOf(number));
    return new Segment(number, file, file.size());
  }

  static String nameOf(long number) {
    return String.format("%019d.segment", number);
  }

  static String scratchNameOf(long number) {
    return String.format("%019d", number) + SCRATCH;
  }

  static boolean isScratch(String fileName) {
    return fileName.endsWith(SCRATCH);
  }

  /** The number of the segment in a file of this name; empty when it holds none. */
  static OptionalLong numberIn(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  long number() {
    return number;
  }

  Disk.File file() {
    return file;
  }

  /** How much of the file is written. */
  long size() {
    return size;
  }

  void resizedTo(long bytes) {
    size = bytes;
  }

  /** How many bytes are in records that must not be lost. */
  long neededBytes() {
    return neededBytes;
  }

  void need(int bytes) {
    neededBytes += bytes;
  }

  void release(int bytes) {
    neededBytes -= bytes;
  }

  /** Whether this file was being made when the machine died: it never held a record. */
  boolean isUnfinished() {
    return size < HEADER_BYTES || (size == HEADER_BYTES && formatOf(readHeader()) == Format.NONE);
  }

  /** Whether it begins as a segment of this format does. */
  boolean hasHeader() {
    return size >= HEADER_BYTES && formatOf(readHeader()) == Format.THIS;
  }

  /** Refuses a file that is not a segment, or not one of this format. */
  void requireHeader() {
    if (size < HEADER_BYTES) {
      throw new DamagedFileException(file.path(), size, "it ends within its header");
    }
    byte[] header = readHeader();
    switch (formatOf(header)) {
      case THIS -> {}
      case OTHER ->
          throw new IllegalStateException(
              file.path()
                  + " has format "
                  + ByteBuffer.wrap(header).getInt(8)
                  + ", this version of kvstore reads format "
                  + FORMAT
                  + ": open it with the version that wrote it");
      case NONE ->
          throw new DamagedFileException(
              file.path(), 0, "it does not begin with the header of segment " + number);
    }
  }

  private enum Format {
    THIS,
    OTHER,
    NONE
  }

  private Format formatOf(byte[] header) {
    ByteBuffer fields = ByteBuffer.wrap(header);
    if (fields.getLong(0) != MAGIC) {
      return Format.NONE;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(header, 0, HEADER_BYTES - 4);
    if (fields.getInt(HEADER_BYTES - 4) != (int) checksum.getValue()) {
      return Format.NONE;
    }
    if (fields.getInt(8) != FORMAT) {
      return Format.OTHER;
    }
    return fields.getLong(12) == number ? Format.THIS : Format.NONE;
  }

  private byte[] readHeader() {
    byte[] header = new byte[HEADER_BYTES];
    file.read(0, header, 0, HEADER_BYTES);
    return header;
  }

  private static byte[] header(long number) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(FORMAT).putLong(number);
    CRC32C checksum = new CRC32C();
    checksum.update(header.array(), 0, header.position());
    return header.putInt((int) checksum.getValue()).array();
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return file.path().toString();
  }
}
