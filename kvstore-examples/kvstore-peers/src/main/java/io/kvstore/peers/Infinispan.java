package io.kvstore.peers;

import io.kvstore.Consistency;
import io.kvstore.examples.bench.compare.Client;
import io.kvstore.examples.bench.compare.Contender;
import io.kvstore.examples.bench.compare.Entries;
import io.kvstore.examples.bench.compare.Peers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.infinispan.AdvancedCache;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.context.Flag;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jspecify.annotations.Nullable;

/**
 * Infinispan's replicated cache, which waits for the copies or does not. Callers call at the first
 * member, where reads are local.
 */
public final class Infinispan implements Peers {
  private static final String SYNC = "infinispan-repl-sync";
  private static final String ASYNC = "infinispan-repl-async";
  private static final String CACHE = "cache";
  private static final int MEMBERS = 3;

  @Override
  public Map<String, Consistency> guarantees() {
    return Map.of(SYNC, Consistency.SEQUENTIAL, ASYNC, Consistency.EVENTUAL);
  }

  @Override
  public List<String> jvmArguments() {
    return List.of();
  }

  @Override
  public Contender open(String name, Entries entries) throws Exception {
    List<DefaultCacheManager> managers = new ArrayList<>();
    List<AdvancedCache<String, byte[]>> caches = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      GlobalConfigurationBuilder global = GlobalConfigurationBuilder.defaultClusteredBuilder();
      global
          .transport()
          .clusterName("comparison")
          .nodeName("node" + i)
          .transport(new JGroupsTransport(LoopbackStack.channel("node" + i, List.of())));
      global.jmx().disable();
      global.metrics().gauges(false).histograms(false);
      DefaultCacheManager manager = new DefaultCacheManager(global.build());
      ConfigurationBuilder cache = new ConfigurationBuilder();
      cache.clustering().cacheMode(name.equals(SYNC) ? CacheMode.REPL_SYNC : CacheMode.REPL_ASYNC);
      manager.defineConfiguration(CACHE, cache.build());
      managers.add(manager);
    }
    for (DefaultCacheManager manager : managers) {
      caches.add(manager.<String, byte[]>getCache(CACHE).getAdvancedCache());
    }
    for (DefaultCacheManager manager : managers) {
      Wait.untilTrue("all members", () -> Wait.present(manager.getMembers()).size() == MEMBERS);
    }
    return new Cluster(managers, caches, entries);
  }

  private record Cluster(
      List<DefaultCacheManager> managers,
      List<AdvancedCache<String, byte[]>> caches,
      Entries entries)
      implements Contender {
    @Override
    public Client client(int number) {
      return new AtFirst(caches.get(0).withFlags(Flag.IGNORE_RETURN_VALUES), entries);
    }

    @Override
    public int members() {
      return MEMBERS;
    }

    @Override
    public boolean memberHas(int member, int key, int value) {
      return new AtFirst(caches.get(member).withFlags(Flag.CACHE_MODE_LOCAL), entries)
          .sees(key, value);
    }

    @Override
    public void close() {
      managers.forEach(DefaultCacheManager::stop);
    }
  }

  private record AtFirst(AdvancedCache<String, byte[]> cache, Entries entries) implements Client {
    @Override
    public void put(int key, int value) {
      cache.put(entries.text(key), entries.array(value));
    }

    @Override
    public @Nullable Object get(int key) {
      return cache.get(entries.text(key));
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      return cache.putAsync(entries.text(key), entries.array(value));
    }

    @Override
    public CompletableFuture<?> beginGet(int key) {
      return cache.getAsync(entries.text(key));
    }

    @Override
    public boolean sees(int key, int value) {
      return Arrays.equals(entries.array(value), cache.get(entries.text(key)));
    }
  }
}
