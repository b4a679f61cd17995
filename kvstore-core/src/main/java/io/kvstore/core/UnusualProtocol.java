package io.kvstore.core;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Bounds;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Settings;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A protocol whose members do the legal but unusual now and then, and keep less than others: by an
 * environment of their own, so that nothing of it is anywhere else.
 */
final class UnusualProtocol implements ControletFactory {
  private static final int ONE_IS_UNUSUAL_OF = 8;
  private static final int ONE_IS_SUSPECTED_OF = 4_096;

  private final ControletFactory protocol;
  private final Bounds bounds;
  private final boolean isUnusual;
  private final RandomGenerator seeds;

  UnusualProtocol(ControletFactory protocol, Bounds bounds, boolean isUnusual, long seed) {
    this.protocol = protocol;
    this.bounds = bounds;
    this.isUnusual = isUnusual;
    seeds = new SplittableRandom(seed ^ 0x756e757375616cL); // another than the simulation's
  }

  @Override
  public Controlet create(Env env) {
    return protocol.create(new UnusualEnv(env, new SplittableRandom(seeds.nextLong())));
  }

  @Override
  public boolean knowsRepetitions(View view) {
    return protocol.knowsRepetitions(view);
  }

  @Override
  public boolean servesEveryCell() {
    return protocol.servesEveryCell();
  }

  @Override
  public boolean prefersPrimary(View view) {
    return protocol.prefersPrimary(view);
  }

  @Override
  public Optional<NodeId> preferred(View view) {
    return protocol.preferred(view);
  }

  private final class UnusualEnv implements Env {
    private final Env env;
    private final RandomGenerator chance;

    UnusualEnv(Env env, RandomGenerator chance) {
      this.env = env;
      this.chance = chance;
    }

    @Override
    public Bounds bounds() {
      return bounds;
    }

    @Override
    public boolean isUnusual() {
      return isUnusual && chance.nextInt(ONE_IS_UNUSUAL_OF) == 0;
    }

    @Override
    public NodeId self() {
      return env.self();
    }

    @Override
    public View view() {
      return env.view();
    }

    @Override
    public Settings settings() {
      return env.settings();
    }

    @Override
    public long now() {
      return env.now();
    }

    @Override
    public long elapsed() {
      return env.elapsed();
    }

    @Override
    public long stopwatch() {
      return env.stopwatch();
    }

    @Override
    public RandomGenerator random() {
      return env.random();
    }

    /** A member may always be suspected without a reason. */
    @Override
    public void send(NodeId to, Message message) {
      env.send(to, message);
      if (isUnusual && chance.nextInt(ONE_IS_SUSPECTED_OF) == 0) {
        env.suspect(to);
      }
    }

    @Override
    public Timer timer(Runnable task) {
      return env.timer(task);
    }

    @Override
    public Storage storage() {
      return env.storage();
    }

    @Override
    public boolean holdsLease() {
      return env.holdsLease();
    }

    @Override
    public void suspect(NodeId member) {
      env.suspect(member);
    }

    @Override
    public void moveOn() {
      env.moveOn();
    }

    @Override
    public boolean isWhole() {
      return env.isWhole();
    }

    @Override
    public void tellEpochs(SortedMap<Long, Long> starts) {
      env.tellEpochs(starts);
    }

    @Override
    public void show(String what, Supplier<?> now) {
      env.show(what, now);
    }

    @Override
    public void reached(Enum<?> moment) {
      env.reached(moment);
    }
  }
}
