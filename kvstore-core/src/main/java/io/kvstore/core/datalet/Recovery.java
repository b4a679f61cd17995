package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DamagedFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log back after whatever happened to its process or its machine.
 *
 * <p>Only the last segment may be torn, and not even that one where the next was being made: it was
 * begun when the disk kept all of the one before. There, what follows the last whole record is cut
 * off, unless a mark behind it proves that the disk had once promised to keep it. A group that is
 * not complete is cut off as well, over as many segments as it has. What is left is forced before a
 * client sees it: the crash of a process leaves things in the memory of the operating system that a
 * later crash of the machine would take back from those who have read them.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final String ASIDE = ".damaged";

  /** A record whose group may not be complete. */
  private record Pending(byte kind, @Nullable Bytes key, RecordLocation location) {}

  private final Disk disk;
  private final LogIndex index;
  private final NoteIndex notes;
  private final SortedMap<Long, Segment> segments = new TreeMap<>();
  private final List<Pending> group = new ArrayList<>();
  private final Chain chain = new Chain();
  private @Nullable Segment unfinished; // was being made when its machine stopped

  private Recovery(Disk disk, LogIndex index, NoteIndex notes) {
    this.disk = disk;
    this.index = index;
    this.notes = notes;
  }

  /** Opens the log on a disk, and tells the indexes of its records. */
  static Log recover(Disk disk, LogIndex index, NoteIndex notes, LogDatalet.Sizes sizes) {
    Recovery recovery = new Recovery(disk, index, notes);
    try {
      recovery.readAll();
      Log log = new Log(disk, sizes, recovery.segments);
      log.force();
      return log;
    } catch (RuntimeException | Error failed) {
      recovery.segments.values().forEach(Segment::close);
      if (recovery.unfinished != null) {
        recovery.unfinished.close();
      }
      throw failed;
    }
  }

  /** Begins a log after whatever segments there are, which count until its first group is whole. */
  static Log beginAnew(Disk disk, LogDatalet.Sizes sizes) {
    List<Long> numbers = numbers(disk);
    long next = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
    SortedMap<Long, Segment> segments = new TreeMap<>();
    segments.put(next, Segment.create(disk, next));
    Log log = new Log(disk, sizes, segments);
    byte[] first = RecordFormat.bare(RecordFormat.ANEW);
    RecordFormat.setMoreFollows(first);
    log.append(first);
    return log;
  }

  /** Gives the segments before this one names by which they are not taken for a part of the log. */
  static void setAsideOlder(Disk disk, Segment first) {
    boolean isAny = false;
    for (long number : numbers(disk)) {
      if (number < first.number()) {
        String name = Segment.nameOf(number);
        LOG.warn("{} is replaced: it is put aside as {}", name, name + ASIDE);
        disk.rename(name, name + ASIDE);
        isAny = true;
      }
    }
    if (isAny) {
      disk.forceNames();
    }
  }

  private static List<Long> numbers(Disk disk) {
    return disk.list().stream()
        .map(Segment::numberIn)
        .filter(OptionalLong::isPresent)
        .map(OptionalLong::getAsLong)
        .sorted()
        .toList();
  }

  private void readAll() {
    List<Long> numbers = numbers(disk);
    for (long number : numbers) {
      segments.put(number, Segment.open(disk, number));
    }
    findUnfinishedSegment();
    Segment anew = beginningAnew();
    if (anew != null && !startFrom(anew)) {
      dropUnfinishedSegment(); // of the log that was begun anew
      dropFrom(anew.number());
    }
    boolean isLastFull = true;
    for (Segment segment : List.copyOf(segments.values())) {
      isLastFull = read(segment, unfinished == null && segment.number() == segments.lastKey());
    }
    chain.requireComplete(segments.keySet());
    dropUnfinishedSegment();
    if (!group.isEmpty()) {
      cutOffGroup(group.get(0).location());
      isLastFull = false;
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
  private void findUnfinishedSegment() {
    if (!segments.isEmpty() && last().isUnfinished()) {
      unfinished = segments.remove(segments.lastKey());
    }
  }

  /** Only when all before it was found to be whole: by it, the next look knows so, too. */
  private void dropUnfinishedSegment() {
    Segment found = unfinished;
    if (found != null) {
      LOG.info("deleting {}, which was being made when its machine stopped", found);
      unfinished = null;
      delete(found);
    }
  }

  private void dropFrom(long number) {
    List.copyOf(segments.tailMap(number).values()).stream()
        .sorted(Comparator.comparingLong(Segment::number).reversed())
        .forEach(this::drop);
  }

  private void drop(Segment segment) {
    segments.remove(segment.number());
    delete(segment);
  }

  private void delete(Segment segment) {
    segment.close();
    disk.delete(Segment.nameOf(segment.number()));
    disk.forceNames();
  }

  // A log that replaces another

  /** The newest segment before which nothing counts, provided that its first group is complete. */
  private @Nullable Segment beginningAnew() {
    Segment newest = null;
    for (Segment segment : segments.values()) {
      if (segment.hasHeader()) {
        byte[] first = new SegmentReader(segment, Segment.HEADER_BYTES).next();
        if (first != null && RecordFormat.kindOf(first) == RecordFormat.ANEW) {
          newest = segment;
        }
      }
    }
    return newest;
  }

  /** Leaves out what is older than a segment, unless its first group is not complete. */
  private boolean startFrom(Segment first) {
    for (Segment segment : segments.tailMap(first.number()).values()) {
      SegmentReader reader = new SegmentReader(segment, Segment.HEADER_BYTES);
      for (byte[] record = reader.next(); record != null; record = reader.next()) {
        if (!isMark(record) && !RecordFormat.moreFollows(record)) {
          setAsideOlder(disk, first);
          List.copyOf(segments.headMap(first.number()).values()).stream()
              .peek(Segment::close)
              .forEach(older -> segments.remove(older.number()));
          return true;
        }
      }
    }
    return segments.firstKey() == first.number();
  }

  // Reading

  /** Tells the indexes of the records of a segment; whether it turns out to be full. */
  private boolean read(Segment segment, boolean isLast) {
    segment.requireHeader();
    SegmentReader reader = new SegmentReader(segment, Segment.HEADER_BYTES);
    boolean isFull = false;
    byte[] record = reader.next();
    while (record != null) {
      take(
          record, new RecordLocation(segment, reader.position() - record.length, record.length, 0));
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

  private static boolean isMark(byte[] record) {
    byte kind = RecordFormat.kindOf(record);
    return kind == RecordFormat.FORCED || kind == RecordFormat.END;
  }

  private void take(byte[] record, RecordLocation location) {
    if (isMark(record) || chain.takes(record, location.segment())) {
      return;
    }
    byte kind = RecordFormat.kindOf(record);
    boolean hasKey =
        kind == RecordFormat.PUT || kind == RecordFormat.REMOVE || kind == RecordFormat.NOTE;
    Bytes key = hasKey ? RecordFormat.keyOf(record) : null;
    group.add(new Pending(kind, key, location));
    if (!RecordFormat.moreFollows(record)) {
      group.forEach(this::apply);
      group.clear();
    }
  }

  private void apply(Pending record) {
    Bytes key = record.key();
    if (key == null) {
      if (record.kind() == RecordFormat.CLEAR) {
        index.clear(record.location());
      }
    } else if (record.kind() == RecordFormat.PUT) {
      index.put(key, record.location());
    } else if (record.kind() == RecordFormat.REMOVE) {
      index.remove(key, record.location());
    } else {
      notes.put(key, record.location());
    }
  }

  /** Cuts off what the last segment has after its last whole record. */
  private static void cutOffTail(SegmentReader reader) {
    if (reader.isAtEnd()) {
      return;
    }
    if (reader.wasForcedHere()) {
      throw damage(reader, "what is there is no record, but once was");
    }
    cutOff(reader.segment(), reader.position(), "torn when its machine stopped");
  }

  /** Cuts off a group of which not all was written: no client was answered. */
  private void cutOffGroup(RecordLocation begin) {
    dropFrom(begin.segment().number() + 1);
    cutOff(begin.segment(), begin.offset(), "a group that was not complete");
  }

  private static void cutOff(Segment segment, long position, String why) {
    LOG.warn("cutting off the last {} bytes of {}, {}", segment.size() - position, segment, why);
    segment.file().truncate(position);
    segment.resizedTo(position);
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
}
