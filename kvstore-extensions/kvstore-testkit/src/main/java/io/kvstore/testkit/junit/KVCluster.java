package io.kvstore.testkit.junit;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a replicated store of its own, and checks afterwards that what its clients saw is
 * what its consistency promises.
 *
 * <pre>{@code
 * @KVCluster(consistency = Consistency.LINEARIZABLE)
 * class TransferTest {
 *   @Test
 *   void nothingIsLostWhenANodeCrashes(KVStore<String, String> store, Simulation simulation) {
 *     simulation.client("writer", () -> store.put("k", "v"));
 *     simulation.client("nemesis", () -> store.cluster().crash(NodeId.of(1)));
 *     simulation.runClients();
 *     assertThat(store.get("k")).contains("v");
 *   }
 * }
 * }</pre>
 *
 * <p>A test method may take, as parameters in any order: {@code KVStore<K, V>}, where keys and
 * values are texts, {@code Bytes}, {@code byte[]}, {@code Long} or {@code UUID}; {@code
 * StoreBuilder<K, V>}, to set more before it opens the store itself, with a codec of any kind;
 * {@link io.kvstore.core.Simulation}; {@link io.kvstore.testkit.record.Recorder}; {@link
 * io.kvstore.testkit.campaign.Nemesis}; {@link io.kvstore.Cluster}.
 *
 * <p>When a test fails, its seed is printed and a drawing of what happened is kept in {@code
 * target/kvstore}. The seed is another one in every run, unless it is given here or with {@code
 * -Dkvstore.seed=42}; with {@code @RepeatedTest(100)} a test tries a hundred of them.
 *
 * <p>In virtual time the test is then played again with fewer faults of its nemesis, and with links
 * that take the same time for every message, as long as it fails by the same exception at the same
 * line. What is left is told and drawn, and {@code -Dkvstore.keep=2,5} beside the seed plays it
 * again. Each time there is a new instance of the test class, whose methods with
 * {@code @BeforeEach} and {@code @AfterEach} are called, but not other extensions; with the
 * lifecycle {@code PER_CLASS} nothing is played again.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(KVClusterExtension.class)
public @interface KVCluster {
  /** What clients may observe. */
  Consistency consistency() default Consistency.LINEARIZABLE;

  /**
   * How copies are kept; the default of the consistency when nothing is given. More than one is
   * refused.
   */
  Replication[] replication() default {};

  /** How many copies. */
  int replicas() default 3;

  /**
   * How many nodes; as many as replicas when nothing is given. With more of them each shard is on
   * some, as BespoKV's three shards of three nodes each: {@code nodes = 9, shards = 3}.
   */
  int nodes() default 0;

  /** Into how many parts the keys are split. */
  int shards() default 1;

  /** What chance is drawn from; 0 draws another one each time. */
  long seed() default 0;

  /** In what time the store runs. */
  Runs runs() default Runs.SIMULATED;

  /** Whether what clients saw is checked against the consistency when the test has passed. */
  boolean checks() default true;

  /**
   * How many seconds may be spent on finding less of what the seed decides with which a test that
   * fails in virtual time still fails; 0: none.
   */
  int shrinksWithinSeconds() default 5;

  /** Ways to run a store. */
  enum Runs {
    /** In virtual time, on the thread of the test. */
    SIMULATED,
    /** On threads, with callers that lend theirs. */
    SHARED,
    /** On threads, one for each part. */
    DEDICATED
  }
}
