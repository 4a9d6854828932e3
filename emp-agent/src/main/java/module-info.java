/** What runs inside an application that knows nothing of EMP. */
module io.elasticmemory.agent {
  requires io.elasticmemory.core;
  requires java.instrument;
  requires static org.jspecify;
}
