/** Words, public API, ports, wire layouts and counters of EMP. Pure Java. */
module io.elasticmemory.core {
  requires transitive static org.jspecify;
  requires org.slf4j;

  exports io.elasticmemory;
}
