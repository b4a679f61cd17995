package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.examples.scenario.ScenarioFile.Group;
import io.kvstore.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads scenario files, and says of a bad one what is wrong and where. */
final class ScenarioReader {
  /** The scenarios that come with the runner. */
  static final List<String> SHIPPED = List.of("t1-1", "t1-2", "t1-3", "t2", "t3", "t4");

  static final int MOST_CLIENTS = 1_000;
  static final int MOST_STEPS = 1_000_000;
  static final int LONGEST_SLEEP_MILLIS = 600_000;

  private static final int LONGEST_ROUND = 8; // a space and the number of a round
  private static final int PORTS_OF_A_SERVER = 3;
  private static final int HIGHEST_PORT = 65_535;

  private ScenarioReader() {}

  /** The scenario in a file, or the shipped one of this name. */
  static ScenarioFile open(String fileOrName) {
    String text = textOf(fileOrName);
    try {
      return read(fileOrName, text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (MistakeException mistake) {
      throw new MistakeException(fileOrName + ": " + mistake.getMessage());
    }
  }

  private static String textOf(String fileOrName) {
    try {
      Path path = Path.of(fileOrName);
      if (Files.isRegularFile(path)) {
        return Files.readString(path);
      }
      if (SHIPPED.contains(fileOrName)) {
        return shipped(fileOrName);
      }
    } catch (CharacterCodingException otherEncoding) {
      throw new MistakeException(fileOrName + ": not a text in UTF-8");
    } catch (IOException | InvalidPathException unreadable) {
      throw new MistakeException(fileOrName + ": cannot be read: " + unreadable);
    }
    throw new MistakeException(
        fileOrName + ": no such file, and none of the scenarios " + String.join(", ", SHIPPED));
  }

  private static String shipped(String name) throws IOException {
    try (InputStream in =
        ScenarioReader.class.getResourceAsStream("/scenarios/" + name + ".json")) {
      if (in == null) {
        throw new IOException("the scenario is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  static ScenarioFile read(String name, String json) {
    Spot file =
        Spot.of(json)
            .object(
                "an object",
                List.of(
                    "num_servers", "consistency_level", "port_number", "clients", "description"));
    int servers =
        file.get("num_servers", "how many servers there are")
            .number("a number of servers", 1, Settings.MAX_REPLICAS);
    Consistency level = level(file.get("consistency_level", "linearizable, sequential, …"));
    List<Integer> clientPorts =
        file.find("port_number")
            .map(ports -> clientPorts(ports, servers))
            .orElse(Collections.nCopies(servers, 0));
    String description =
        file.find("description").map(spot -> spot.text("a text")).orElse("").strip();
    return new ScenarioFile(name, description, level, servers, clientPorts, groups(file, servers));
  }

  private static Consistency level(Spot spot) {
    try {
      return Consistency.parse(spot.text("the name of a level"));
    } catch (IllegalArgumentException unknown) {
      throw spot.mistake(String.valueOf(unknown.getMessage()));
    }
  }

  /** The last of the three ports of each server. */
  private static List<Integer> clientPorts(Spot ports, int servers) {
    List<Integer> ofClients = new ArrayList<>();
    List<Spot> named = ports.members("an object with the ports of each server");
    if (named.size() != servers) {
      throw ports.mistake(
          "names the ports of " + named.size() + " servers, but num_servers is " + servers);
    }
    for (int server = 0; server < servers; server++) {
      List<Spot> each =
          ports.get(String.valueOf(server), "the ports of server " + server).list("three ports");
      if (each.size() != PORTS_OF_A_SERVER) {
        throw ports
            .get(String.valueOf(server), "three ports")
            .mistake("expected three ports, found " + each.size());
      }
      each.forEach(port -> port.number("a port", 0, HIGHEST_PORT));
      Spot spot = each.get(PORTS_OF_A_SERVER - 1);
      int port = spot.number("a port", 0, HIGHEST_PORT);
      if (port != 0 && ofClients.contains(port)) {
        throw spot.mistake(
            "port " + port + " is that of server " + ofClients.indexOf(port) + " already");
      }
      ofClients.add(port);
    }
    return List.copyOf(ofClients);
  }

  // Clients

  private static List<Group> groups(Spot file, int servers) {
    Spot clients = file.get("clients", "a list of clients");
    List<Group> groups = new ArrayList<>();
    long number = 0;
    long steps = 0;
    for (Spot client : clients.list("a list of at least one client")) {
      Group group = group(client, servers);
      groups.add(group);
      number += group.number();
      steps += group.steps();
    }
    if (number > MOST_CLIENTS) {
      throw clients.mistake(number + " clients in all, expected at most " + MOST_CLIENTS);
    }
    if (steps > MOST_STEPS) {
      throw clients.mistake(steps + " requests in all, expected at most " + MOST_STEPS);
    }
    return List.copyOf(groups);
  }

  private static Group group(Spot client, int servers) {
    client.object("an object", List.of("client_number", "server_number", "requests", "repeat"));
    int number =
        client
            .get("client_number", "how many clients do this")
            .number("a number of clients", 1, MOST_CLIENTS);
    int server =
        client
            .get("server_number", "the number of their server")
            .number("the number of a server,", 0, servers - 1);
    int repeat =
        client
            .find("repeat")
            .map(spot -> spot.number("how often to do this,", 1, MOST_STEPS))
            .orElse(1);
    List<Request> requests =
        client.get("requests", "a list of requests").list("a list of at least one request").stream()
            .map(ScenarioReader::request)
            .toList();
    return new Group(client.place(), number, server, repeat, requests);
  }

  private static Request request(Spot request) {
    request.object("an object", List.of("request_type", "type", "key", "value"));
    Spot type = type(request);
    String name = type.text("write, read or sleep");
    return switch (name) {
      case "write", "set" -> new Request.Write(key(request, name), value(request, name));
      case "read", "get" -> new Request.Read(key(request, name));
      case "sleep" -> new Request.Sleep(time(request));
      default ->
          throw type.mistake(
              "unknown type '" + name + "', expected write or set, read or get, or sleep");
    };
  }

  private static Spot type(Spot request) {
    Optional<Spot> isShort = request.find("type");
    if (isShort.isPresent() && request.find("request_type").isPresent()) {
      throw request.mistake("has both type and request_type, expected one of them");
    }
    return isShort.orElseGet(() -> request.get("request_type", "write, read or sleep"));
  }

  private static String key(Spot request, String type) {
    Spot spot = request.get("key", "the key to " + type);
    String key = spot.text("a text");
    int most = Limits.DEFAULT.keyBytes();
    int bytes = bytes(spot, key);
    if (bytes == 0 || bytes > most) {
      throw spot.mistake("a key of " + bytes + " bytes, expected from 1 to " + most);
    }
    return key;
  }

  private static String value(Spot request, String type) {
    Spot spot = request.get("value", "the value to " + type);
    String value = spot.scalar("a text, a number, true or false");
    int most = Limits.DEFAULT.valueBytes() - LONGEST_ROUND;
    int bytes = bytes(spot, value);
    if (bytes > most) {
      throw spot.mistake("a value of " + bytes + " bytes, expected at most " + most);
    }
    return value;
  }

  /** How many bytes a text has, which must be one that can be encoded. */
  private static int bytes(Spot spot, String text) {
    try {
      return Bytes.of(text).size();
    } catch (IllegalArgumentException unpaired) {
      throw spot.mistake(String.valueOf(unpaired.getMessage()));
    }
  }

  private static OptionalLong time(Spot request) {
    Optional<Integer> millis =
        request
            .find("value")
            .map(spot -> spot.number("a number of milliseconds", 0, LONGEST_SLEEP_MILLIS));
    return millis.isPresent() ? OptionalLong.of(millis.get()) : OptionalLong.empty();
  }
}
