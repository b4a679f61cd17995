package io.kvstore.server.memcached;

import java.nio.charset.StandardCharsets;

/** What is written for one request, when its turn comes. */
@FunctionalInterface
interface Reply {
  /** What is worth counting. */
  int MUCH = 4 << 10;

  /** What is said to a client that asked for no reply. */
  Reply NOTHING = out -> {};

  Reply STORED = line("STORED");
  Reply NOT_STORED = line("NOT_STORED");
  Reply EXISTS = line("EXISTS");
  Reply NOT_FOUND = line("NOT_FOUND");
  Reply DELETED = line("DELETED");
  Reply TOUCHED = line("TOUCHED");
  Reply OK = line("OK");
  Reply END = line("END");
  Reply ERROR = line("ERROR");
  Reply BAD_FORMAT = line("CLIENT_ERROR bad command line format");
  Reply BAD_CHUNK = line("CLIENT_ERROR bad data chunk");
  Reply BAD_TIME = line("CLIENT_ERROR invalid exptime argument");
  Reply NON_NUMERIC = line("CLIENT_ERROR cannot increment or decrement non-numeric value");
  Reply TOO_LARGE = line("SERVER_ERROR object too large for cache");

  /** Writes it. */
  void writeTo(Output out);

  /** How much memory it keeps until it is written, as far as that is much. */
  default int heldBytes() {
    return 0;
  }

  /** A reply that keeps a value of so many bytes. */
  static Reply holding(int bytes, Reply reply) {
    return bytes < MUCH ? reply : new Holding(bytes, reply);
  }

  /** A reply with what it keeps. */
  record Holding(int heldBytes, Reply reply) implements Reply {
    @Override
    public void writeTo(Output out) {
      reply.writeTo(out);
    }
  }

  /** A line of ASCII. */
  static Reply line(String text) {
    byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return out -> out.text(bytes);
  }
}
