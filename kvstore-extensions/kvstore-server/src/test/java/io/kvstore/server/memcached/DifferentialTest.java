package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same commands to memcached and to this server: the same answers, byte for byte. */
class DifferentialTest {
  private static final int SEQUENCES = Integer.getInteger("kvstore.sequences", 800);
  private static final long FIRST_SEED = Long.getLong("kvstore.seed", 1);
  private static final int COMMANDS = 15;
  private static final Pattern UNIQUE = Pattern.compile("\\{([^}]*)}");
  private static final List<String> COUNTS =
      List.of(
          "cmd_get",
          "cmd_set",
          "cmd_flush",
          "cmd_touch",
          "cmd_meta",
          "get_hits",
          "get_misses",
          "delete_hits",
          "delete_misses",
          "incr_hits",
          "incr_misses",
          "decr_hits",
          "decr_misses",
          "cas_hits",
          "cas_misses",
          "cas_badval",
          "touch_hits",
          "touch_misses",
          "store_too_large");

  /** One of the two servers, as one sequence sees it. */
  private static final class Side implements AutoCloseable {
    private final InetSocketAddress address;
    private RawClient client;
    private Normaliser normaliser = new Normaliser();

    Side(InetSocketAddress address) {
      this.address = address;
      client = RawClient.connectTo(address);
    }

    void begin() {
      normaliser = new Normaliser();
      client.say("flush_all\r\n");
    }

    String filled(String command) {
      return UNIQUE
          .matcher(command)
          .replaceAll(found -> Matcher.quoteReplacement(normaliser.uniqueOf(found.group(1))));
    }

    String say(String command) {
      String answer = client.say(filled(command));
      if (answer.endsWith("<clos")) { // the mark of a closed connection, cut like the fence
        client.close();
        client = RawClient.connectTo(address);
      }
      return normaliser.normalise(command, answer);
    }

    /** All commands at once; answers of different commands are not told apart. */
    String sayTogether(List<String> commands) {
      StringBuilder all = new StringBuilder();
      commands.forEach(command -> all.append(filled(command)));
      return normaliser.normalise("m a", client.say(all.toString()));
    }

    Map<String, String> counts() {
      Map<String, String> counts = new TreeMap<>();
      client
          .say("stats\r\n")
          .lines()
          .map(line -> line.split(" ", -1))
          .filter(words -> words.length == 3 && COUNTS.contains(words[1]))
          .forEach(words -> counts.put(words[1], words[2]));
      return counts;
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Test
  void everyCommandIsAnsweredAsMemcachedAnswersIt() {
    try (ReferenceMemcached memcached = ReferenceMemcached.start();
        Served served = Served.at(Consistency.LINEARIZABLE);
        Side theirs = new Side(memcached.address());
        Side ours = new Side(served.address(0))) {
      for (long seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed++) {
        RandomCommands commands = new RandomCommands(seed);
        theirs.begin();
        ours.begin();
        List<String> said = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
          String command = commands.next();
          said.add(printable(command));
          String expected = theirs.say(command);
          assertThat(ours.say(command)).as("seed %d, after %s", seed, said).isEqualTo(expected);
        }
      }
      assertThat(ours.counts()).isEqualTo(theirs.counts());
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void pipelinedCommandsAreAnsweredAsMemcachedAnswersThem(Consistency level) {
    try (ReferenceMemcached memcached = ReferenceMemcached.start();
        Served served = Served.at(level);
        Side theirs = new Side(memcached.address());
        Side ours = new Side(served.address(1))) {
      for (long seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES / 10; seed++) {
        RandomCommands random = new RandomCommands(~seed);
        theirs.begin();
        ours.begin();
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
          commands.add(random.next());
        }
        String expected = theirs.sayTogether(commands);
        assertThat(ours.sayTogether(commands))
            .as("seed %d, %s", seed, commands.stream().map(DifferentialTest::printable).toList())
            .isEqualTo(expected);
      }
    }
  }

  private static String printable(String command) {
    StringBuilder text = new StringBuilder();
    command
        .chars()
        .forEach(
            character ->
                text.append(
                    character >= ' ' && character <= '~'
                        ? Character.toString(character)
                        : "\\x%02x".formatted(character)));
    return text.toString().replace("k".repeat(250), "k…");
  }
}
