package io.kvstore.server.net;

/** The wish that a connection ends, passed along its handlers as a user event. */
public enum Closing {
  /** What was read is to be answered, then the connection closed. */
  REQUESTED
}
