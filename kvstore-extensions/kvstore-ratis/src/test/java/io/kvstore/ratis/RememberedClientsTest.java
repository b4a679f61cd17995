package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.engine.HeldEntries;
import io.kvstore.core.engine.ShardEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.ratis.Result.Done;
import io.kvstore.ratis.SnapshotFile.Snapshot;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that come twice, also after a snapshot. */
class RememberedClientsTest {
  private final AtomicInteger performed = new AtomicInteger();

  private static final Agreed AGREED = new Agreed(true, 8);

  @TempDir Path directory;

  private Result perform(RememberedClients clients, long client, long sequence) {
    return clients.performOnce(
        new LogRecord.Batch(client, sequence, List.of()),
        () ->
            List.of(
                new Done(new Counted(performed.incrementAndGet(), Entry.NEVER), performed.get())));
  }

  @Test
  void aRepeatedBatchIsAnsweredAgainAndPerformedOnce() {
    RememberedClients clients = new RememberedClients(10);
    assertThat(clients.register()).isEqualTo(new Result.Registered(1));
    Result first = perform(clients, 1, 1);
    assertThat(perform(clients, 1, 1)).isEqualTo(first);
    assertThat(performed).hasValue(1);
    perform(clients, 1, 2);
    assertThat(perform(clients, 1, 1)).isInstanceOf(Result.Superseded.class);
    assertThat(performed).hasValue(2);
  }

  @Test
  void theClientThatWasSilentForTheLongestIsForgottenAndRefused() {
    RememberedClients clients = new RememberedClients(2);
    clients.register();
    clients.register();
    perform(clients, 1, 1);
    clients.register();
    assertThat(perform(clients, 2, 1)).isInstanceOf(Result.UnknownClient.class);
    assertThat(perform(clients, 1, 2)).isInstanceOf(Result.Performed.class);
  }

  @Test
  void aSnapshotRemembersAndADamagedOneIsFoundOut() throws IOException {
    RememberedClients clients = new RememberedClients(10);
    clients.register();
    Result first = perform(clients, 1, 1);
    Path file = directory.resolve("snapshot.1_1");
    write(file, new Contents(List.of(), 5, 6, 7, List.of()), clients);
    Snapshot read = SnapshotFile.read(file);
    assertThat(perform(read.clients(), 1, 1)).isEqualTo(first);
    assertThat(read.contents().position()).isEqualTo(7);
    assertThat(read.agreed()).isEqualTo(AGREED);
    assertThat(performed).hasValue(1);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> SnapshotFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("checksum");
  }

  private static void write(Path file, Contents contents, RememberedClients clients)
      throws IOException {
    try (ShardEntries shard =
        new ShardEntries(Datalets.hash().open(NodeId.of(1), 0), Limits.DEFAULT)) {
      shard.replace(contents);
      try (HeldEntries held = shard.hold()) {
        SnapshotFile.write(file, held, clients, AGREED, held::next);
      }
    }
  }
}
