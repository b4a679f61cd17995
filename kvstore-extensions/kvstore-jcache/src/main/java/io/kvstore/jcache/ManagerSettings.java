package io.kvstore.jcache;

import io.kvstore.Consistency;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.cache.CacheException;

/**
 * What the URI of a cache manager says, as {@code kvstore:orders?consistency=eventual&replicas=5}.
 * Before the question mark is any name: managers with other names are others. What the URI does not
 * say is taken from the property {@code io.kvstore.jcache.}<em>option</em> of the manager, or else
 * from the system property of that name.
 *
 * @param consistency what clients of its caches may observe, unless a cache says otherwise
 * @param replicas how many copies there are of each entry
 * @param shards into how many parts the keys of a cache are split, unless it says otherwise
 */
record ManagerSettings(Consistency consistency, int replicas, int shards) {
  static final String SCHEME = "kvstore";
  static final String PROPERTY_PREFIX = "io.kvstore.jcache.";

  private static final String CONSISTENCY = "consistency";
  private static final String REPLICAS = "replicas";
  private static final String SHARDS = "shards";
  private static final List<String> OPTIONS = List.of(CONSISTENCY, REPLICAS, SHARDS);

  /**
   * Reads the settings.
   *
   * @throws CacheException when the URI or a property says something that is not known
   */
  static ManagerSettings of(URI uri, Properties properties) {
    Map<String, String> said = options(uri);
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PROPERTY_PREFIX)) {
        requireOption(name.substring(PROPERTY_PREFIX.length()), "the property " + name);
      }
    }
    return new ManagerSettings(
        option(CONSISTENCY, said, properties)
            .map(ManagerSettings::level)
            .orElse(Consistency.LINEARIZABLE),
        option(REPLICAS, said, properties).map(text -> number(REPLICAS, text)).orElse(3),
        option(SHARDS, said, properties).map(text -> number(SHARDS, text)).orElse(1));
  }

  private static Map<String, String> options(URI uri) {
    if (!SCHEME.equals(uri.getScheme())) {
      throw new CacheException(
          "the URI of a cache manager is " + SCHEME + ":NAME?OPTION=VALUE&…, not " + uri);
    }
    Map<String, String> options = new LinkedHashMap<>();
    String rest = uri.getSchemeSpecificPart();
    int mark = rest.indexOf('?');
    if (mark < 0 || mark == rest.length() - 1) {
      return options;
    }
    for (String each : rest.substring(mark + 1).split("&", -1)) {
      int equals = each.indexOf('=');
      if (equals < 0) {
        throw new CacheException("'" + each + "' in " + uri + " has no value: OPTION=VALUE");
      }
      String name = each.substring(0, equals);
      requireOption(name, "in " + uri);
      if (options.put(name, each.substring(equals + 1)) != null) {
        throw new CacheException("the option " + name + " is there twice in " + uri);
      }
    }
    return options;
  }

  private static void requireOption(String name, String where) {
    if (!OPTIONS.contains(name)) {
      throw new CacheException(
          "unknown option '"
              + name
              + "' ("
              + where
              + "): expected one of "
              + String.join(", ", OPTIONS));
    }
  }

  private static Optional<String> option(
      String name, Map<String, String> said, Properties properties) {
    String property = PROPERTY_PREFIX + name;
    return Optional.ofNullable(said.get(name))
        .or(() -> Optional.ofNullable(properties.getProperty(property)))
        .or(() -> Optional.ofNullable(System.getProperty(property)));
  }

  private static Consistency level(String text) {
    try {
      return Consistency.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new CacheException(unknown.getMessage(), unknown);
    }
  }

  private static int number(String option, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // It is refused below.
    }
    throw new CacheException(option + " must be a number of at least 1, not '" + text + "'");
  }
}
