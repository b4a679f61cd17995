package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that prove to each other who they are. */
class TlsTest {
  private static final String HERE = "127.0.0.1";
  private static final String ELSEWHERE = "192.0.2.1";

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private Certificates known;

  @BeforeEach
  void makeCertificates() throws Exception {
    known = new Certificates(directory, "known");
  }

  private static UnaryOperator<RatisEngine> with(
      Certificates authority, Path trusted, String address) throws Exception {
    Certificates.Issued issued = authority.issue(address);
    return engine -> engine.tls(issued.key(), issued.certificate(), trusted);
  }

  private ThreeMembers members(UnaryOperator<RatisEngine> tls) {
    return new ThreeMembers(
        directory,
        builder ->
            builder
                .consistency(Consistency.LINEARIZABLE)
                .failover(Failover.after(Duration.ofSeconds(1)))
                .timeout(Duration.ofSeconds(60)),
        tls);
  }

  private static KVStore<String, String> open(RatisEngine engine) {
    return KVStore.builder().timeout(Duration.ofSeconds(3)).engine(engine).open();
  }

  @Test
  void membersThatTrustEachOtherServeClientsThatTheyTrustAndRefuseAllOthers() throws Exception {
    UnaryOperator<RatisEngine> trusted = with(known, known.trusted(), HERE);
    Certificates foreign = new Certificates(directory, "foreign");
    try (ThreeMembers members = members(trusted)) {
      members.get(1).put("k", "v");
      assertThat(members.get(3).get("k")).contains("v");
      RatisEngine client = RatisEngine.client(members.peers());
      try (KVStore<String, String> friend = open(trusted.apply(client))) {
        assertThat(friend.get("k")).contains("v");
      }
      assertRefused(client, "perhaps it speaks TLS, and this process does not");
      assertRefused(
          with(foreign, known.trusted(), HERE).apply(client),
          "it does not trust the certificate of this process");
      assertRefused(
          with(known, foreign.trusted(), HERE).apply(client), "its certificate is not trusted");
      assertThat(members.get(2).get("k")).contains("v");
    }
  }

  private static void assertRefused(RatisEngine engine, String why) {
    try (KVStore<String, String> stranger = open(engine)) {
      CompletableFuture<?> write = stranger.async().put("k", "stolen");
      CompletableFuture<?> read = stranger.session().async().get("k");
      for (CompletableFuture<?> each : List.of(write, read)) {
        assertThatThrownBy(each::join)
            .hasCauseInstanceOf(UnavailableException.class)
            .hasMessageContaining("cannot be reached")
            .hasMessageContaining(why);
      }
    }
  }

  @Test
  void aMemberWithAForeignCertificateTakesNoPart() throws Exception {
    UnaryOperator<RatisEngine> trusted = with(known, known.trusted(), HERE);
    Certificates foreign = new Certificates(directory, "foreign");
    try (ThreeMembers members = members(trusted)) {
      members.get(1).put("k", "v");
      members.close(3);
      try (KVStore<String, String> stranger =
          KVStore.builder()
              .timeout(Duration.ofSeconds(3))
              .storageDirectory(directory.resolve("stranger"))
              .engine(
                  with(foreign, known.trusted(), HERE)
                      .apply(RatisEngine.member("n3").peers(members.peers())))
              .open()) {
        members.get(1).put("k", "w");
        assertThatThrownBy(() -> stranger.get("k"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("it does not trust the certificate of this process");
        assertThat(stranger.at(NodeId.of(3)).get("k", Consistency.EVENTUAL)).isEmpty();
      }
    }
  }

  @Test
  void aCertificateThatDoesNotNameTheHostIsRefused() throws Exception {
    try (ThreeMembers members = members(with(known, known.trusted(), ELSEWHERE))) {
      RatisEngine client =
          with(known, known.trusted(), HERE).apply(RatisEngine.client(members.peers()));
      assertRefused(client, "or does not name its host");
    }
  }

  @Test
  void filesThatAreNoCertificatesAreRefusedByName() throws Exception {
    Certificates.Issued issued = known.issue(HERE);
    Path text = Files.writeString(directory.resolve("text"), "no certificate");
    RatisEngine engine = RatisEngine.member("n1");
    assertThatThrownBy(() -> engine.tls(issued.key(), text, known.trusted()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.toString());
    assertThatThrownBy(() -> engine.tls(text, issued.certificate(), known.trusted()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.toString());
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> engine.tls(issued.key(), issued.certificate(), nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(nowhere.toString());
  }
}
