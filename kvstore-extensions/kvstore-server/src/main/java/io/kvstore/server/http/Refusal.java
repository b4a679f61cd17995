package io.kvstore.server.http;

/** Why a request is not performed, with the status that says so. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String why) {
    super(why, null, false, false);
    this.status = status;
  }

  static Refusal malformed(String why) {
    return new Refusal(400, why);
  }

  String why() {
    return String.valueOf(getMessage());
  }

  Answer answer() {
    return Answer.error(status, why());
  }
}
