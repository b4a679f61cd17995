package io.kvstore.jcache;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long entries live, as the expiry policy of a cache says. Where the policy throws, a new entry
 * lives for ever and others stay as they were.
 */
final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);

  private final ExpiryPolicy policy;
  private final AtomicBoolean hasFailed = new AtomicBoolean();

  Expiry(ExpiryPolicy policy) {
    this.policy = policy;
  }

  ExpiryPolicy policy() {
    return policy;
  }

  Lifetime ofCreated() {
    return asked(policy::getExpiryForCreation).orElse(Lifetime.FOREVER);
  }

  /** Nothing, when it stays as it was. */
  Optional<Lifetime> ofAccessed() {
    return asked(policy::getExpiryForAccess);
  }

  /** Nothing, when it stays as it was. */
  Optional<Lifetime> ofUpdated() {
    return asked(policy::getExpiryForUpdate);
  }

  private Optional<Lifetime> asked(Supplier<@Nullable Duration> question) {
    try {
      return Optional.ofNullable(question.get()).map(Lifetime::of);
    } catch (RuntimeException failure) {
      if (!hasFailed.getAndSet(true)) {
        LOG.warn("the expiry policy {} throws; this is said once", policy, failure);
      }
      return Optional.empty();
    }
  }
}
