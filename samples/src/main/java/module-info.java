/** The emp command, demos and workloads. */
module io.elasticmemory.samples {
  requires info.picocli;
  requires io.elasticmemory.core;
  requires io.elasticmemory.exporter;
  requires io.elasticmemory.ffm;
  requires io.elasticmemory.tiering;
  requires java.desktop;
  requires net.bytebuddy.agent;
  requires org.jfree.jfreechart;
  requires static org.jspecify;
  requires org.slf4j;
  requires VectorGraphics2D;

  // Commands are annotated classes.
  opens io.elasticmemory.samples to
      info.picocli;
}
