import io.elasticmemory.tiering.pager.TieringPager;

/** The pager: block table, policies, tier stores. */
module io.elasticmemory.tiering {
  requires io.elasticmemory.core;
  requires jdk.management;
  requires static org.jspecify;
  requires org.slf4j;

  exports io.elasticmemory.tiering.pager;
  exports io.elasticmemory.tiering.policy;
  exports io.elasticmemory.tiering.store;

  provides io.elasticmemory.port.PagerProgram with
      TieringPager;
}
