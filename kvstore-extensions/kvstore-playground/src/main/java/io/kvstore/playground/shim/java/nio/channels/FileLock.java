package io.kvstore.playground.shim.java.nio.channels;

/** Of a file: there are none. */
public abstract class FileLock {
  private FileLock() {}
}
