package io.kvstore.core.api;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each class of tests no thread of a store is left: a test that opens one closes it. */
public final class NoThreadLeft implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    Threads.assertNoneLeft();
  }
}
