package io.kvstore.core.datalet;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of one log: the little of a file system that it needs, so that a test can lose and tear
 * what was not forced.
 *
 * <p>What fails throws {@link java.io.UncheckedIOException}, which names the file.
 */
interface Disk extends AutoCloseable {
  /** The names of the files, in no order. */
  List<String> list();

  /**
   * Makes a file that does not exist yet. That it exists is kept only once the names are forced.
   */
  File create(String name);

  /** Opens a file that exists. */
  File open(String name);

  /**
   * Removes a file, which must be closed. That it is gone is kept only once the names are forced.
   */
  void delete(String name);

  /**
   * Gives a file, which must be closed, another name. That is kept only once the names are forced.
   */
  void rename(String name, String newName);

  /** Returns when the disk keeps which files there are. */
  void forceNames();

  @Override
  void close();

  /** One open file. */
  interface File extends AutoCloseable {
    Path path();

    long size();

    /** Fills a part of the target with the bytes from an offset on; the file must have as many. */
    void read(long offset, byte[] target, int start, int length);

    /** Writes the first bytes of the source at an offset. */
    void write(long offset, byte[] source, int length);

    /** Cuts off everything from a size on. */
    void truncate(long size);

    /** Returns when the disk keeps what was written. */
    void force();

    @Override
    void close();
  }
}
