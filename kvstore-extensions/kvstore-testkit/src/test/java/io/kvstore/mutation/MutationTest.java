package io.kvstore.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a sentence makes of a method. */
class MutationTest {
  private static final String SOURCE =
      """
      class Primary {
        private long told;

        Primary(Log log) {
          this.told = log.last();
        }

        long order(Write write) {
          told = append(write,
              now());
          if (!backups.isEmpty() && told > acknowledged) {
            backups.forEach(each -> send(each, write));
          }
          commit(told);
          return told;
        }

        void repeat(Node node) {
          told += 1;
          send(node, first());
          send(null, first());
        }

        void repeat(Node node, long from) {
          told = from == 0 ? last() : from;
        }
      }
      """;

  private static String mutated(String sentence) {
    return Mutation.of("Primary.java", sentence).in(SOURCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          order: append() becomes 0                   | told = 0;
          order: append() becomes check(); $          | told = check(); append(write,
          order: now() becomes $ + 1                  | now() + 1);
          order: skips commit()                       | }    ;    return told;
          order: skips commit(told)                   | }    ;    return told;
          order: skips send()                         | backups.forEach(each -> {});
          order: skips backups.forEach()              | {      ;    }
          order: told becomes 7                       | told = 7;
          order: told stays                           | {    ;    if
          order: isEmpty() becomes a && b             | if (!(a && b) && told
          order: the test of acknowledged becomes c   | isEmpty() && (c))
          order: the test of told>acknowledged becomes c | isEmpty() && (c))
          order: the test of isEmpty becomes false    | if (!(false) && told
          order: return becomes -1                    | return -1;
          order: return told becomes -1               | return -1;
          order: does { return 0; }                   | order(Write write) { return 0; }
          Primary: last() becomes 0                   | this.told = 0;
          Primary: told becomes 0                     | this.told = 0;
          repeat: skips send(null)                    | first());    ;  }
          repeat(Node): told stays                    | (Node node) {    ;    send
          repeat(Node, long): told becomes 0          | told = 0;
          repeat: the test of from becomes true       | told = true ? last()
          """)
  void aMethodDoesOtherwise(String sentence, String mutated) {
    assertThat(mutated(sentence).replaceAll("\\n", "").replace("  ", " ").replace("  ", " "))
        .contains(mutated.replace("  ", " ").replace("  ", " "));
  }

  /** Neither how it is laid out nor what else it does. */
  @Test
  void whatIsAroundMakesNoDifference() {
    Mutation mutation = Mutation.of("A.java", "b: the test of count becomes true");
    assertThat(mutation.in("class A { void b() { if (count>0) c(); } }"))
        .contains("if (true) c();");
    assertThat(mutation.in("class A { @D void b(int e) { f(); if (e(g) == count(\n7)) {} } }"))
        .contains("f(); if (true) {} }");
  }

  @Test
  void whatASentenceSpeaksOfMustBeThereOnce() {
    assertThatThrownBy(() -> mutated("repeat: skips send()"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("send(null, first())");
    assertThatThrownBy(() -> mutated("order: skips first()"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must be there once");
    assertThatThrownBy(() -> mutated("repeat(Log): told stays"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no method repeat(Log)");
  }

  @Test
  void aSentenceMustSaySomething() {
    assertThatThrownBy(() -> mutated("order: told")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> mutated("told stays")).isInstanceOf(IllegalArgumentException.class);
  }
}
