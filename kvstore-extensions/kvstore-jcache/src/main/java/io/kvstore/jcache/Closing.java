package io.kvstore.jcache;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a cache closes what it was given: loaders, writers, listeners, filters, expiry policies. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  /** Closes an object that can be closed; what that throws is logged. */
  static void quietly(Object object) {
    if (object instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception failure) {
        LOG.warn("{} could not be closed", object, failure);
      }
    }
  }
}
