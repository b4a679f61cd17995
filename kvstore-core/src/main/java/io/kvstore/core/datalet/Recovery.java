package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log back after whatever happened to its process or its machine.
 *
 * <p>Only the last segment may be torn. There, what follows the last whole record is cut off,
 * unless a mark behind it proves that the disk had once promised to keep it. What is left is forced
 * before anybody sees it: the crash of a process leaves things in the memory of the operating
 * system that a later crash of the machine would take back from those who have read them.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Disk disk;
  private final LogIndex index;
  private final SortedMap<Long, Segment> segments = new TreeMap<>();

  private Recovery(Disk disk, LogIndex index) {
    this.disk = disk;
    this.index = index;
  }

  /** Opens the log on a disk, and tells the index of its records. */
  static Log recover(Disk disk, LogIndex index, LogDatalet.Sizes sizes) {
    Recovery recovery = new Recovery(disk, index);
    try {
      recovery.readAll();
      Log log = new Log(disk, sizes, recovery.segments);
      log.force();
      return log;
    } catch (RuntimeException failed) {
      recovery.segments.values().forEach(Segment::close);
      throw failed;
    }
  }

  private void readAll() {
    List<Long> numbers =
        disk.list().stream()
            .map(Segment::numberIn)
            .filter(OptionalLong::isPresent)
            .map(OptionalLong::getAsLong)
            .sorted()
            .toList();
    for (long number : numbers) {
      segments.put(number, Segment.open(disk, number));
    }
    dropUnfinishedSegment();
    boolean isLastFull = true;
    for (Segment segment : segments.values()) {
      isLastFull = read(segment, segment.number() == segments.lastKey());
    }
    if (isLastFull) {
      addSegment();
    }
    if (!numbers.isEmpty()) {
      LOG.info("recovered {} entries up to {}", index.size(), last());
    }
  }

  /**
   * A segment gets records only once its header is kept, so one without a header has lost nothing.
   */
  private void dropUnfinishedSegment() {
    if (segments.isEmpty()) {
      return;
    }
    Segment last = last();
    if (last.isUnfinished()) {
      LOG.info("deleting {}, which was being made when its machine stopped", last);
      segments.remove(last.number());
      last.close();
      disk.delete(Segment.nameOf(last.number()));
      disk.forceNames();
    }
  }

  /** Tells the index of the records of a segment; whether it turns out to be full. */
  private boolean read(Segment segment, boolean isLast) {
    segment.requireHeader();
    SegmentReader reader = new SegmentReader(segment, Segment.HEADER_BYTES);
    boolean isFull = false;
    byte[] record = reader.next();
    while (record != null) {
      apply(record, new Place(segment, reader.position() - record.length, record.length, 0));
      isFull = RecordFormat.kindOf(record) == RecordFormat.END;
      record = isFull ? null : reader.next();
    }
    if (isFull && !reader.isAtEnd()) {
      throw damage(reader, "something follows the end of the segment");
    }
    if (!isFull && !isLast) {
      throw damage(reader, reader.isAtEnd() ? "the rest is missing" : "what is there is no record");
    }
    cutOffTail(reader);
    return isFull;
  }

  /** Cuts off what the last segment has after its last whole record. */
  private static void cutOffTail(SegmentReader reader) {
    if (reader.isAtEnd()) {
      return;
    }
    if (reader.wasForcedHere()) {
      throw damage(reader, "what is there is no record, but once was");
    }
    Segment segment = reader.segment();
    LOG.warn(
        "cutting off the last {} bytes of {}, torn when its machine stopped",
        segment.size() - reader.position(),
        segment);
    segment.file().truncate(reader.position());
    segment.resizedTo(reader.position());
  }

  private Segment last() {
    return requireNonNull(segments.get(segments.lastKey()));
  }

  private void addSegment() {
    if (!segments.isEmpty()) {
      last().file().force();
    }
    long next = segments.isEmpty() ? 1 : segments.lastKey() + 1;
    segments.put(next, Segment.create(disk, next));
  }

  private static DamagedFileException damage(SegmentReader reader, String what) {
    return new DamagedFileException(reader.segment().file().path(), reader.position(), what);
  }

  private void apply(byte[] record, Place place) {
    switch (RecordFormat.kindOf(record)) {
      case RecordFormat.PUT -> index.put(RecordFormat.keyOf(record), place);
      case RecordFormat.REMOVE -> index.remove(RecordFormat.keyOf(record), place);
      case RecordFormat.CLEAR -> index.clear(place);
      default -> {}
    }
  }
}
