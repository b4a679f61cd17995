package io.kvstore.spring;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Stores that have names.
 *
 * @param stores Stores by name, in place of the unnamed one. Each has the properties that the
 *     unnamed one has, and is a bean of its name.
 */
@ConfigurationProperties("kvstore")
record NamedStoresProperties(@DefaultValue Map<String, StoreProperties> stores) {}
