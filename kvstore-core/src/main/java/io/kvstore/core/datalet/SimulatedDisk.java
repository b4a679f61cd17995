package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that knows what it was made to keep, and can lose the rest.
 *
 * <p>A crash is a copy: of everything when the process dies, of what was kept and a chosen part of
 * the rest when the machine does.
 */
final class SimulatedDisk implements Disk {
  private final SortedMap<String, Content> files = new TreeMap<>();
  private final SortedMap<String, Content> keptFiles = new TreeMap<>();
  private final SortedMap<String, String> oldNames = new TreeMap<>(); // not yet kept renamings
  private long stepsLeft = Long.MAX_VALUE;
  private boolean forcesFail;
  private boolean writesFail;
  private boolean isClosed;
  private int forces;
  private long bytesRead;
  private long bytesWritten;

  /** What is left of the bytes of a file that the disk was not made to keep. */
  interface Loss {
    /** What the file holds after the machine died. */
    byte[] leave(byte[] kept, byte[] written);

    /** Whether a file that was made or deleted, and not yet for good, is there. */
    boolean leavesName();
  }

  /** Everything that was not kept is lost. */
  static final Loss ALL_LOST =
      new Loss() {
        @Override
        public byte[] leave(byte[] kept, byte[] written) {
          return kept;
        }

        @Override
        public boolean leavesName() {
          return false;
        }
      };

  /** Nothing is lost, although it might have been. */
  static final Loss NOTHING_LOST =
      new Loss() {
        @Override
        public byte[] leave(byte[] kept, byte[] written) {
          return written;
        }

        @Override
        public boolean leavesName() {
          return true;
        }
      };

  /** A part is lost: the file is cut, and some of its pages before the cut were not written. */
  static Loss partLost(RandomGenerator random) {
    int page = 16;
    return new Loss() {
      @Override
      public byte[] leave(byte[] kept, byte[] written) {
        if (written.length <= kept.length) {
          return random.nextBoolean() ? kept : written;
        }
        byte[] left = Arrays.copyOf(written, random.nextInt(kept.length, written.length + 1));
        boolean hasHoles = random.nextBoolean();
        for (int start = kept.length; hasHoles && start < left.length; start += page) {
          if (random.nextInt(4) == 0) {
            Arrays.fill(left, start, Math.min(start + page, left.length), (byte) 0);
          }
        }
        return left;
      }

      @Override
      public boolean leavesName() {
        return random.nextBoolean();
      }
    };
  }

  /** Thrown where the machine dies. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;

    Died() {
      super("the machine died");
    }
  }

  /** What the next process finds when this one dies. */
  SimulatedDisk afterProcessDied() {
    SimulatedDisk next = new SimulatedDisk();
    files.forEach((name, content) -> next.files.put(name, content.copy()));
    keptFiles.forEach(
        (name, content) -> next.keptFiles.put(name, next.files.getOrDefault(name, content.copy())));
    return next;
  }

  /** What the next process finds when the machine dies. */
  SimulatedDisk afterMachineDied(Loss loss) {
    SortedSet<String> names = new TreeSet<>(files.keySet());
    names.addAll(keptFiles.keySet());
    SimulatedDisk next = new SimulatedDisk();
    oldNames.forEach(
        (newName, oldName) -> {
          next.put(
              loss.leavesName() ? newName : oldName,
              loss.leave(file(newName).kept, file(newName).written));
          names.removeAll(List.of(newName, oldName));
        });
    for (String name : names) {
      Content content = files.containsKey(name) ? file(name) : requireNonNull(keptFiles.get(name));
      boolean isThere = files.containsKey(name);
      if (isThere != keptFiles.containsKey(name)) {
        isThere = isThere == loss.leavesName();
      }
      if (isThere) {
        next.put(name, loss.leave(content.kept, content.written));
      }
    }
    return next;
  }

  /** Dies before it does more than so many changes. */
  SimulatedDisk dyingAfter(long steps) {
    stepsLeft = steps;
    return this;
  }

  void failForces() {
    forcesFail = true;
  }

  void failWrites() {
    writesFail = true;
  }

  /** Sets what a file holds, for good, also under the hands of those who have it open. */
  void put(String name, byte[] bytes) {
    Content content = files.computeIfAbsent(name, any -> new Content());
    content.written = bytes;
    content.kept = bytes;
    keptFiles.put(name, content);
  }

  /** Changes one bit. */
  void flip(String name, int offset, int bit) {
    Content content = file(name);
    content.kept = flipped(content.kept, offset, bit);
    content.written = flipped(content.written, offset, bit);
  }

  private static byte[] flipped(byte[] bytes, int offset, int bit) {
    byte[] changed = bytes.clone();
    if (offset < changed.length) {
      changed[offset] ^= (byte) (1 << bit);
    }
    return changed;
  }

  byte[] bytesOf(String name) {
    return file(name).written.clone();
  }

  int keptBytesOf(String name) {
    return file(name).kept.length;
  }

  String lastFile() {
    return files.lastKey();
  }

  int forces() {
    return forces;
  }

  long bytesRead() {
    return bytesRead;
  }

  long bytesWritten() {
    return bytesWritten;
  }

  long bytesHeld() {
    return files.values().stream().mapToLong(content -> content.written.length).sum();
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public File create(String name) {
    beginStep();
    if (files.containsKey(name)) {
      throw new IllegalStateException(name + " exists");
    }
    files.put(name, new Content());
    return open(name);
  }

  @Override
  public File open(String name) {
    return new OpenFile(name, file(name));
  }

  @Override
  public void delete(String name) {
    beginStep();
    files.remove(name);
  }

  @Override
  public void rename(String name, String newName) {
    beginStep();
    Content content = files.remove(name);
    if (content == null || files.containsKey(newName)) {
      throw new IllegalStateException(name + " cannot be renamed to " + newName);
    }
    files.put(newName, content);
    oldNames.put(newName, name);
  }

  @Override
  public void forceNames() {
    beginStep();
    keptFiles.clear();
    keptFiles.putAll(files);
    oldNames.clear();
  }

  @Override
  public void close() {
    isClosed = true;
  }

  private Content file(String name) {
    return requireNonNull(files.get(name), name);
  }

  private void beginStep() {
    if (--stepsLeft < 0) {
      throw new Died();
    }
  }

  private static final class Content {
    private byte[] written = new byte[0];
    private byte[] kept = new byte[0];

    Content copy() {
      Content copy = new Content();
      copy.written = written;
      copy.kept = kept;
      return copy;
    }
  }

  private final class OpenFile implements File {
    private final String name;
    private final Content content;

    OpenFile(String name, Content content) {
      this.name = name;
      this.content = content;
    }

    @Override
    public Path path() {
      return Path.of("simulated", name);
    }

    @Override
    public long size() {
      return content.written.length;
    }

    @Override
    public void read(long offset, byte[] target, int start, int length) {
      if (offset + length > content.written.length) {
        throw new UncheckedIOException(new EOFException(name + " ends before " + offset + length));
      }
      System.arraycopy(content.written, (int) offset, target, start, length);
      bytesRead += length;
    }

    @Override
    public void write(long offset, byte[] source, int length) {
      beginStep();
      if (writesFail) {
        throw new UncheckedIOException("cannot write " + name, new IOException("broken"));
      }
      if (offset != content.written.length) {
        throw new IllegalStateException(name + " is not appended to, but written at " + offset);
      }
      content.written = Arrays.copyOf(content.written, content.written.length + length);
      System.arraycopy(source, 0, content.written, (int) offset, length);
      bytesWritten += length;
    }

    @Override
    public void truncate(long size) {
      beginStep();
      content.written = Arrays.copyOf(content.written, (int) size);
    }

    @Override
    public void force() {
      beginStep();
      if (forcesFail) {
        throw new UncheckedIOException("cannot force " + name, new IOException("broken"));
      }
      content.kept = content.written;
      forces++;
    }

    @Override
    public void close() {}
  }
}
