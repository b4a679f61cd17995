/** Recipes for programs that must agree, over any store: locks, elections, queues and the like. */
@org.jspecify.annotations.NullMarked
module io.kvstore.recipes {
  requires transitive io.kvstore.api;
  requires static org.jspecify;

  exports io.kvstore.recipes;
}
