package io.kvstore.core.loop;

/** The drivers that have threads. */
enum Drivers {
  SHARED {
    @Override
    Driver open() {
      return new SharedDriver("shared");
    }
  },
  DEDICATED {
    @Override
    Driver open() {
      return new DedicatedDriver("dedicated");
    }
  };

  abstract Driver open();
}
