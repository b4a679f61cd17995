package io.kvstore.playground.shim.java.lang;

/** Says that a class cannot be used. */
@SuppressWarnings("JavaLangClash") // on purpose
public class ExceptionInInitializerError extends LinkageError {
  private static final long serialVersionUID = 1L;

  /** Because of this. */
  public ExceptionInInitializerError(Throwable cause) {
    super(String.valueOf(cause));
  }
}
