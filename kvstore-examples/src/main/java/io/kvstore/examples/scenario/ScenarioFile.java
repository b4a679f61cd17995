package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a scenario file says, checked.
 *
 * @param name what the user calls it
 * @param description what it shows; empty if the file does not tell
 * @param level what the cluster is to promise
 * @param servers how many servers there are
 * @param clientPorts where each server listens when it does; 0 for any free port
 * @param groups the clients
 */
record ScenarioFile(
    String name,
    String description,
    Consistency level,
    int servers,
    List<Integer> clientPorts,
    List<Group> groups) {
  /**
   * Clients that do the same.
   *
   * @param place where the file tells of them
   * @param number how many they are
   * @param server whom they talk to
   * @param repeat how often each goes through its requests
   * @param requests what each of them does
   */
  record Group(String place, int number, int server, int repeat, List<Request> requests) {
    long steps() {
      return (long) number * repeat * requests.size();
    }
  }

  /** All keys that are read or written. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (Group group : groups) {
      for (Request request : group.requests()) {
        if (request instanceof Request.Write write) {
          keys.add(write.key());
        } else if (request instanceof Request.Read read) {
          keys.add(read.key());
        }
      }
    }
    return keys;
  }
}
