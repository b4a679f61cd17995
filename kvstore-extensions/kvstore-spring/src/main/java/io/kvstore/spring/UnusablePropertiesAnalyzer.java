package io.kvstore.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells in words, in place of a stack trace, why an application does not start. */
final class UnusablePropertiesAnalyzer
    extends AbstractFailureAnalyzer<UnusablePropertiesException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, UnusablePropertiesException cause) {
    return new FailureAnalysis(
        String.valueOf(cause.getMessage()),
        "Change the properties that begin with " + cause.prefix() + " accordingly.",
        cause);
  }
}
