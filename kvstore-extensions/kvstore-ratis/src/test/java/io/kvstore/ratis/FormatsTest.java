package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.engine.HeldEntries;
import io.kvstore.core.engine.ShardEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.ratis.Coding.Reading;
import io.kvstore.ratis.Coding.Writing;
import io.kvstore.ratis.SnapshotFile.Snapshot;
import io.kvstore.spi.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What members have on their disks is read by later versions: the golden files hold what version
 * 0.1 wrote. They are never written anew; what is added to a format gets a line of its own.
 */
class FormatsTest {
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path directory;

  @Test
  void recordsOfTheLogAreReadAndWrittenAsEver() throws IOException {
    check("log-records.hex", FormatExamples.records(), LogRecord::write, LogRecord::read);
  }

  @Test
  void rememberedAnswersAreReadAndWrittenAsEver() throws IOException {
    check("answers.hex", FormatExamples.answersToday(), AnswerFormat::write, AnswerFormat::read);
  }

  private static <T> void check(
      String name, List<T> examples, Writing<T> writing, Reading<T> reading) throws IOException {
    List<String> lines = new String(golden(name), StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSameSizeAs(examples);
    for (int i = 0; i < lines.size(); i++) {
      ByteString bytes = ByteString.copyFrom(HEX.parseHex(lines.get(i)));
      assertThat(Coding.decode(bytes, reading)).isEqualTo(examples.get(i));
      assertThat(HEX.formatHex(Coding.encode(examples.get(i), writing).toByteArray()))
          .isEqualTo(lines.get(i));
    }
  }

  @Test
  void aSnapshotIsReadAndWrittenAsEver() throws IOException {
    byte[] golden =
        HEX.parseHex(new String(golden("snapshot.hex"), StandardCharsets.UTF_8).replace("\n", ""));
    Path old = Files.write(directory.resolve("old"), golden);
    Snapshot read = SnapshotFile.read(old);
    Contents contents = read.contents();
    assertThat(contents.entries()).isEqualTo(FormatExamples.entries());
    assertThat(contents.position()).isEqualTo(FormatExamples.POSITION);
    assertThat(contents.time()).isEqualTo(FormatExamples.TIME);
    assertThat(contents.highestVersion()).isEqualTo(FormatExamples.HIGHEST_VERSION);
    assertThat(read.agreed()).isEqualTo(new Agreed(true, 0));

    Path again = directory.resolve("again");
    try (ShardEntries shard =
        new ShardEntries(Datalets.tree().open(NodeId.of(1), 0), Limits.DEFAULT)) {
      shard.replace(contents);
      try (HeldEntries held = shard.hold()) {
        SnapshotFile.write(again, held, read.clients(), read.agreed(), held::next);
      }
    }
    assertThat(Files.readAllBytes(again)).isEqualTo(golden);
  }

  @Test
  void theRecordOfAMemberIsReadAndWrittenAsEver() throws IOException {
    byte[] golden = golden("kvstore-member.properties");
    Files.write(directory.resolve("kvstore-member.properties"), golden);
    open(directory, 1).close();
    assertThatThrownBy(() -> open(directory, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("member n1");
    Path fresh = directory.resolve("fresh");
    open(fresh, 1).close();
    assertThat(properties(Files.readAllBytes(fresh.resolve("kvstore-member.properties"))))
        .isEqualTo(properties(golden));
  }

  private static MemberDirectory open(Path path, int member) {
    return MemberDirectory.open(
        path,
        NodeId.of(member),
        "kvstore",
        new Settings(
            Consistency.LINEARIZABLE,
            Consistency.LINEARIZABLE.defaultReplication(),
            3,
            8,
            1,
            Limits.DEFAULT,
            Optional.of(path),
            Optional.empty(),
            Failover.after(Duration.ofSeconds(1))));
  }

  private static Properties properties(byte[] bytes) throws IOException {
    Properties properties = new Properties();
    properties.load(new ByteArrayInputStream(bytes));
    return properties;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = FormatsTest.class.getResourceAsStream("formats/" + name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }
}
