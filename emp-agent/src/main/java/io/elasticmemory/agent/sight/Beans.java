package io.elasticmemory.agent.sight;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/**
 * The beans of the agent. Loaded only where the program has brought management up: its module may
 * be missing from an image, and the program may choose the server's builder in {@code main}.
 */
final class Beans {
  private static final String SPACE = "io.elasticmemory:type=Space";
  private static final String POOL = "java.nio:type=BufferPool,name=emp";
  private static final String OF_THE_PLATFORM = "java.lang:type=Runtime";

  private Beans() {}

  /** Registers them in the platform's server, unless there are such already. */
  static void register(Object platformServer, Gift gift) throws JMException {
    MBeanServer server = (MBeanServer) platformServer;
    ObjectName pool = new ObjectName(POOL);
    if (!server.isRegistered(pool)) {
      server.registerMBean(new PoolView(gift, pool), pool);
    }
    ObjectName space = new ObjectName(SPACE);
    if (!server.isRegistered(space)) {
      server.registerMBean(new SpaceView(gift), space);
    }
  }

  /** Registers them in the platform's server if there is one. */
  static void registerIfThere(Gift gift) throws JMException {
    ObjectName ofThePlatform = new ObjectName(OF_THE_PLATFORM);
    for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
      if (server.isRegistered(ofThePlatform)) {
        register(server, gift);
      }
    }
  }
}
