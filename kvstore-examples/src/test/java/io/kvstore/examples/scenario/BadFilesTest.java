package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a file or a command is told in one line, and nothing is started. */
class BadFilesTest {
  @TempDir Path folder;

  /** In the texts, an apostrophe stands for a quote, and {@code @} for one good client. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # The file as a whole
          ``                                     | expected an object, found nothing
          []                                     | expected an object, found []
          {'num_servers': 3                      | line 1, column 18: not JSON
          {'num_servers': [1, }                  | line 1, column 21: not JSON: Unexpected character ('}'
          {'num_servers': 3} x                   | line 1, column 20: not JSON
          {'num_servers': 3, 'num_servers': 4}   | line 1, column 33: the name 'num_servers' is there twice
          {'num_server': 3}                      | num_server: unknown name, expected num_servers

          # How many servers, and at which level
          {}                                     | num_servers: missing, expected how many servers
          {'num_servers': 0}                     | num_servers: expected a number of servers from 1 to 1001, found 0
          {'num_servers': 2000}                  | num_servers: expected a number of servers from 1 to 1001
          {'num_servers': 1.5}                   | num_servers: expected a number of servers
          {'num_servers': '3'}                   | num_servers: expected a number of servers from 1 to 1001, found "3"
          {'num_servers': null}                  | num_servers: expected a number of servers
          {'num_servers': 3}                     | consistency_level: missing
          {'num_servers': 3, 'consistency_level': 7}        | consistency_level: expected the name of a level, found 7
          {'num_servers': 3, 'consistency_level': 'strong'} | consistency_level: unknown consistency 'strong': expected one of linearizable, sequential, causal, eventual
          {'num_servers': 3, 'consistency_level': 'causal', 'description': 1, 'clients': @} | description: expected a text, found 1

          # Ports
          {'num_servers': 1, 'consistency_level': 'causal', 'port_number': 3000}             | port_number: expected an object
          {'num_servers': 2, 'consistency_level': 'causal', 'port_number': {'0': [1, 2, 3]}} | port_number: names the ports of 1 servers, but num_servers is 2
          {'num_servers': 1, 'consistency_level': 'causal', 'port_number': {'1': [1, 2, 3]}} | port_number.0: missing
          {'num_servers': 1, 'consistency_level': 'causal', 'port_number': {'0': [1, 2]}}    | port_number.0: expected three ports, found 2
          {'num_servers': 1, 'consistency_level': 'causal', 'port_number': {'0': [1, 2, 70000]}} | port_number.0[2]: expected a port from 0 to 65535, found 70000
          {'num_servers': 2, 'consistency_level': 'causal', 'port_number': {'0': [1, 2, 3], '1': [4, 5, 3]}} | port_number.1[2]: port 3 is that of server 0 already
          """)
  void aBadFileIsRefusedInOneLine(String json, String complaint) {
    assertRefused(json, complaint);
  }

  /** In the texts, an apostrophe stands for a quote; the file around the clients is good. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                     | clients: expected a list of at least one client, found {}
          []                                     | clients: expected a list of at least one client, found []
          [1]                                    | clients[0]: expected an object, found 1
          [{}]                                   | clients[0].client_number: missing, expected how many clients
          [{'client_number': 0}]                 | clients[0].client_number: expected a number of clients from 1 to 1000, found 0
          [{'client_number': 1}]                 | clients[0].server_number: missing
          [{'client_number': 1, 'server_number': 3}]  | clients[0].server_number: expected the number of a server, from 0 to 2, found 3
          [{'client_number': 1, 'server_number': -1}] | clients[0].server_number: expected the number of a server, from 0 to 2, found -1
          [{'client_number': 1, 'server_number': 0}]  | clients[0].requests: missing, expected a list of requests
          [{'client_number': 1, 'server_number': 0, 'requests': []}] | clients[0].requests: expected a list of at least one request, found []
          [{'client_number': 1, 'server_number': 0, 'request': []}]  | clients[0].request: unknown name
          [{'client_number': 1, 'server_number': 0, 'repeat': 0, 'requests': [{'type': 'sleep'}]}] | clients[0].repeat: expected how often
          [{'client_number': 1, 'server_number': 0, 'repeat': 1000000, 'requests': [{'type': 'sleep'}, {'type': 'sleep'}]}] | clients: 2000000 requests in all, expected at most 1000000
          [{'client_number': 600, 'server_number': 0, 'requests': [{'type': 'sleep'}]}, {'client_number': 600, 'server_number': 0, 'requests': [{'type': 'sleep'}]}] | clients: 1200 clients in all, expected at most 1000
          """)
  void badClientsAreRefusedInOneLine(String clients, String complaint) {
    assertRefused(
        "{'num_servers': 3, 'consistency_level': 'linear', 'clients': " + clients + "}", complaint);
  }

  /** Each stands behind two good requests of the first client. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'read'                                 | : expected an object, found "read"
          {'key': 'a'}                           | .request_type: missing, expected write, read or sleep
          {'request_type': 'delete', 'key': 'a'} | .request_type: unknown type 'delete', expected write or set, read or get, or sleep
          {'type': 'GET', 'key': 'a'}            | .type: unknown type 'GET'
          {'type': 1, 'key': 'a'}                | .type: expected write, read or sleep, found 1
          {'type': 'get', 'request_type': 'read', 'key': 'a'} | : has both type and request_type
          {'request_type': 'read'}               | .key: missing, expected the key to read
          {'type': 'get'}                        | .key: missing, expected the key to get
          {'type': 'get', 'key': 7}              | .key: expected a text, found 7
          {'type': 'get', 'key': ''}             | .key: a key of 0 bytes, expected from 1 to 32768
          {'type': 'get', 'key': 'k\\ud800'}     | .key: the text has half of a surrogate pair, \\ud800, at position 1 of 2
          {'type': 'set', 'value': 1}            | .key: missing, expected the key to set
          {'request_type': 'write', 'key': 'a'}  | .value: missing, expected the value to write
          {'type': 'set', 'key': 'a', 'value': null}  | .value: expected a text, a number, true or false, found null
          {'type': 'set', 'key': 'a', 'value': [1]}   | .value: expected a text, a number, true or false, found [1]
          {'type': 'set', 'key': 'a', 'valeu': 'b'}   | .valeu: unknown name, expected request_type, type, key, value
          {'type': 'sleep', 'value': -1}         | .value: expected a number of milliseconds from 0 to 600000, found -1
          {'type': 'sleep', 'value': '5'}        | .value: expected a number of milliseconds
          """)
  void aBadRequestIsRefusedInOneLine(String request, String complaint) {
    String requests = "[{'type': 'sleep'}, {'type': 'get', 'key': 'a'}, " + request + "]";
    assertRefused(
        "{'num_servers': 3, 'consistency_level': 'linear', 'clients': [{'client_number': 1,"
            + " 'server_number': 0, 'requests': "
            + requests
            + "}]}",
        "clients[0].requests[2]" + complaint);
  }

  private void assertRefused(String json, String complaint) {
    String good = "[{'client_number': 1, 'server_number': 0, 'requests': [{'type': 'sleep'}]}]";
    String file = Command.file(folder, json.replace("@", good).replace('\'', '"'));
    assertMistake(Command.run(file), "scenario: " + file + ": " + complaint);
  }

  private static void assertMistake(Command command, String beginning) {
    assertThat(command.code()).isEqualTo(2);
    assertThat(command.err().lines()).hasSize(1);
    assertThat(command.err()).startsWith(beginning);
    assertThat(command.out()).as("what a start prints").isEmpty();
    assertThat(clientThreads()).isEmpty();
  }

  private static Set<String> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("client-"))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                        | expected one scenario, found []
          t2 t3                     | expected one scenario, found [t2, t3]
          t9                        | t9: no such file, and none of the scenarios t1-1, t1-2, t1-3, t2, t3, t4
          t2 --quick                | no such option: --quick
          t2 --levels               | --levels: unknown consistency ''
          t2 --levels linear,strong | --levels: unknown consistency 'strong'
          t2 --seed                 | --seed: expected a number, found ''
          t2 --seed=x               | --seed: expected a number, found 'x'
          t2 --delay -1             | --delay: expected from 0 to 100, found -1
          t2 --report               | --report: no folder for a file ''
          t2 --report no/such/r     | --report: no folder for a file 'no/such/r'
          t2 --report .             | --report: '.' is a folder, expected a file
          """)
  void aBadCommandIsRefusedInOneLine(String arguments, String complaint) {
    String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);

    assertMistake(Command.run(split), "scenario: " + complaint);
  }

  @Test
  void whatIsNoTextIsRefusedInOneLine() throws IOException {
    Path file =
        Files.writeString(folder.resolve("latin"), "{\"description\": \"Zoë\"}", ISO_8859_1);

    assertMistake(Command.run(file.toString()), "scenario: " + file + ": not a text in UTF-8");
  }

  @Test
  void helpNamesTheScenariosThatComeAlong() {
    Command command = Command.run("t9", "--help");

    assertThat(command.code()).isEqualTo(0);
    assertThat(command.out()).contains(ScenarioReader.SHIPPED);
    assertThat(List.of(command.err())).containsExactly("");
  }
}
