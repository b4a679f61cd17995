package io.kvstore.server.memcached;

/**
 * What one connection's requests are performed with.
 *
 * @param items the items, as this connection's session sees them
 * @param arithmetic the counting of numbers among them
 * @param node what all connections of the node share
 */
record Service(Items items, Arithmetic arithmetic, NodeState node) {
  Statistics statistics() {
    return node.statistics();
  }

  PrefixStatistics prefixes() {
    return node.prefixes();
  }
}
