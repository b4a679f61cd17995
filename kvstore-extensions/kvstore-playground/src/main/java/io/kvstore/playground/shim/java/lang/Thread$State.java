package io.kvstore.playground.shim.java.lang;

/** Of a thread: all that run or wait are runnable here. */
public enum Thread$State {
  /** It may have its turn. */
  RUNNABLE
}
