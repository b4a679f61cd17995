package io.kvstore.spring;

import io.kvstore.Consistency;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.session.SaveMode;

/**
 * Describes sessions by properties. How long they live is said by {@code spring.session.timeout}.
 *
 * @param enabled Whether sessions are kept in a store, where the application has no other session
 *     repository.
 * @param store Name of the store that has the sessions. By default the only one.
 * @param consistency What readers of sessions may observe. By default as in the store.
 * @param saveMode Which attributes are saved. Objects that are changed in place, without being set
 *     again, are saved with on-get-attribute.
 */
@ConfigurationProperties("kvstore.session")
record SessionStoreProperties(
    @DefaultValue("false") boolean enabled,
    @Nullable String store,
    @Nullable Consistency consistency,
    @DefaultValue("on-set-attribute") SaveMode saveMode) {}
