/** The daemon that lends DRAM of its machine. */
module io.elasticmemory.exporter {
  requires info.picocli;
  requires io.elasticmemory.core;
  requires static org.jspecify;
  requires org.slf4j;
}
