package io.elasticmemory.agent.program;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.logging.LogManager;
import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/** Says in main who is to build the platform's MBean server and who manages its logs. */
public final class OwnManagement {
  private OwnManagement() {}

  /** Of this program. */
  public static final class OwnLogs extends LogManager {}

  /** Of this program. */
  public static final class OwnBuilder extends MBeanServerBuilder {
    static int built;

    @Override
    public MBeanServer newMBeanServer(
        String domain, MBeanServer outer, MBeanServerDelegate delegate) {
      built++;
      return super.newMBeanServer(domain, outer, delegate);
    }
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.util.logging.manager", OwnLogs.class.getName());
    System.setProperty("javax.management.builder.initial", OwnBuilder.class.getName());
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
    System.out.println("log manager " + LogManager.getLogManager().getClass().getSimpleName());
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    System.out.println("built " + OwnBuilder.built);
    System.out.println("space " + server.isRegistered(Registered.space(server)));
    System.out.println("buffer " + buffer.capacity());
  }
}
