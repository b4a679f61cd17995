package io.kvstore.jcache;

import java.lang.management.ManagementFactory;
import javax.cache.Cache;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Looks at the management beans of caches. */
final class Beans {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private Beans() {}

  static Object attribute(Cache<?, ?> cache, String kind, String attribute) throws JMException {
    return SERVER.getAttribute(name(cache, kind), attribute);
  }

  static boolean isThere(Cache<?, ?> cache, String kind) throws JMException {
    return SERVER.isRegistered(name(cache, kind));
  }

  private static ObjectName name(Cache<?, ?> cache, String kind) throws JMException {
    return new ObjectName(
        "javax.cache:type=Cache"
            + kind
            + ",CacheManager="
            + plain(cache.getCacheManager().getURI().toString())
            + ",Cache="
            + plain(cache.getName()));
  }

  private static String plain(String text) {
    return text.replaceAll("[,:=\n?*\"]", ".");
  }
}
