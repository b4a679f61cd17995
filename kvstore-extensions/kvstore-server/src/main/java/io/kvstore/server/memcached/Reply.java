package io.kvstore.server.memcached;

import java.nio.charset.StandardCharsets;

/** What is written for one request, when its turn comes. */
@FunctionalInterface
interface Reply {
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

  /** A line of ASCII. */
  static Reply line(String text) {
    byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return out -> out.text(bytes);
  }
}
