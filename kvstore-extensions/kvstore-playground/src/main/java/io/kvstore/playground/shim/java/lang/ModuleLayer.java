package io.kvstore.playground.shim.java.lang;

import java.util.Optional;

/** There are no modules in a page, so those are missing that may be missing. */
@SuppressWarnings("JavaLangClash") // on purpose
public final class ModuleLayer {
  private static final ModuleLayer EMPTY = new ModuleLayer();

  private ModuleLayer() {}

  /** The one that there is. */
  public static ModuleLayer boot() {
    return EMPTY;
  }

  /** None. */
  public Optional<Object> findModule(String name) {
    return Optional.empty();
  }
}
