/** Words, public API, ports, wire layouts and counters of EMP. Pure Java. */
module io.elasticmemory.core {
  requires transitive static org.jspecify;
  // An automatic module: a linked image has to do without it, and then refuses to compress.
  requires static org.lz4.java;
  requires org.slf4j;

  exports io.elasticmemory;
  exports io.elasticmemory.counters;
  // For EMP's own modules; not promised to users.
  exports io.elasticmemory.codec;
  exports io.elasticmemory.port;
  exports io.elasticmemory.port.verbs;
  exports io.elasticmemory.thread;
  exports io.elasticmemory.wire;

  uses io.elasticmemory.port.PagerLauncher;
  uses io.elasticmemory.port.PagerProgram;
  uses io.elasticmemory.port.Platform;
}
