/** An application that uses the library as a module. */
module consumer {
  requires io.kvstore.core;
}
