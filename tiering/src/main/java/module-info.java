import io.elasticmemory.tiering.pager.TieringPager;

/** The pager: block table, policies, tier stores. */
module io.elasticmemory.tiering {
  requires io.elasticmemory.core;
  requires jdk.management;
  requires static org.jspecify;
  // An automatic module: a linked image has to do without it, and then refuses to compress.
  requires static org.lz4.java;
  requires org.slf4j;

  exports io.elasticmemory.tiering.failpoint;
  exports io.elasticmemory.tiering.pager;
  exports io.elasticmemory.tiering.policy;
  exports io.elasticmemory.tiering.store;
  exports io.elasticmemory.tiering.words;

  provides io.elasticmemory.port.PagerProgram with
      TieringPager;
}
