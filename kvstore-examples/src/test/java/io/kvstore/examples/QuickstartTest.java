package io.kvstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first program that a user runs shows what it says. */
class QuickstartTest {
  @Test
  void itShowsReplicasThatGoOnWithoutOneAndTakeItBack() {
    Transcript transcript = Transcript.of(Quickstart::run);

    assertThat(transcript.after("if it is still version 1")).isEqualTo("true");
    assertThat(transcript.after("the same again: it is not")).isEqualTo("false");
    for (String node : List.of("n0", "n1", "n2")) {
      assertThat(transcript.lines())
          .filteredOn(line -> line.contains(node + " holds"))
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).endsWith("greeting = hello, world, visits = 3"));
    }
    assertThat(transcript.after("put city = Paris")).startsWith("done");
    assertThat(transcript.after("get city at n2 ")).startsWith("no answer rather");
    assertThat(transcript.after("which is back")).isEqualTo("Paris");
    assertThat(transcript.after("put city = Rome")).startsWith("done");
    assertThat(transcript.lines()).filteredOn(line -> line.contains("the view")).hasSize(2);
    for (Consistency level : Consistency.values()) {
      assertThat(transcript.after(level + " ")).matches("put +[\\d.]+ us +get +[\\d.]+ us");
    }
  }
}
