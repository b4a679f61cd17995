package io.kvstore.spring;

/** Properties of which no store can be made. */
final class UnusablePropertiesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String prefix;

  /**
   * Properties that were refused.
   *
   * @param prefix what the names of the properties begin with
   * @param reason what is wrong, with the value and what was expected
   */
  UnusablePropertiesException(String prefix, String reason, Throwable cause) {
    super("the properties " + prefix + ".* cannot be used: " + reason, cause);
    this.prefix = prefix;
  }

  UnusablePropertiesException(String prefix, String reason) {
    super("the properties " + prefix + ".* cannot be used: " + reason);
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }
}
