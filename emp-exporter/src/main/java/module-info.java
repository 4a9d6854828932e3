/** The daemon that lends DRAM of its machine. */
module io.elasticmemory.exporter {
  requires info.picocli;
  requires io.elasticmemory.core;
  requires static org.jspecify;
  // An automatic module: a linked image has to do without it, and then does not offer to compress.
  requires static org.lz4.java;
  requires org.slf4j;

  exports io.elasticmemory.exporter;

  // Options are fields, filled by reflection.
  opens io.elasticmemory.exporter to
      info.picocli;
}
