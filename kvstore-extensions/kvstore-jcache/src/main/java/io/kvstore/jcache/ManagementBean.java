package io.kvstore.jcache;

import java.lang.management.ManagementFactory;
import java.net.URI;
import javax.cache.CacheException;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MXBean of a cache that is there for management tools, or is not. Its name is the one that JSR
 * 107 gives: two caches of one name, whose managers have one URI and differ in their class loaders,
 * have one name for their beans, too. The first one then has it.
 */
final class ManagementBean {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementBean.class);

  private final Object bean;
  private final ObjectName name;
  private boolean isRegistered;

  /**
   * A bean that is not there yet.
   *
   * @param kind {@code Statistics} or {@code Configuration}
   */
  ManagementBean(Object bean, String kind, URI manager, String cache) {
    this.bean = bean;
    String text =
        "javax.cache:type=Cache"
            + kind
            + ",CacheManager="
            + harmless(manager.toString())
            + ",Cache="
            + harmless(cache);
    try {
      name = new ObjectName(text);
    } catch (JMException failure) {
      throw new CacheException("no name for a management bean: " + text, failure);
    }
  }

  /** Without what separates the parts of a name, or makes it a pattern. */
  private static String harmless(String text) {
    return text.replaceAll("[,:=\n*?\"]", ".");
  }

  synchronized void setRegistered(boolean wanted) {
    if (wanted == isRegistered) {
      return;
    }
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      if (wanted) {
        server.registerMBean(bean, name);
      } else {
        server.unregisterMBean(name);
      }
      isRegistered = wanted;
    } catch (InstanceAlreadyExistsException taken) {
      LOG.warn("{} is the bean of another cache: this one has none", name);
    } catch (JMException failure) {
      throw new CacheException("the management bean " + name + " cannot be changed", failure);
    }
  }
}
