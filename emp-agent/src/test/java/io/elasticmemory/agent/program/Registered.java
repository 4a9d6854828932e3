package io.elasticmemory.agent.program;

import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Waits for the bean: memory can be had a moment before all is said about it. */
final class Registered {
  private static final int LOOKS_MAX = 6000;

  private Registered() {}

  static ObjectName space(MBeanServer server) throws Exception {
    ObjectName space = new ObjectName("io.elasticmemory:type=Space");
    for (int i = 0; i < LOOKS_MAX && !server.isRegistered(space); i++) {
      Thread.sleep(10);
    }
    return space;
  }
}
