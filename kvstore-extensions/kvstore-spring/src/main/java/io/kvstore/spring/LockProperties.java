package io.kvstore.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Describes locks by properties.
 *
 * @param enabled Whether there is a lock registry over a store, where the application has no other.
 * @param store Name of the store that has the locks. By default the only one.
 * @param lease How long those that hold a lock keep it when they are lost, from 100 ms to a day.
 */
@ConfigurationProperties("kvstore.lock")
record LockProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String store,
    @DefaultValue("10s") Duration lease) {}
