package io.elasticmemory.agent.program;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.security.Security;
import java.util.logging.LogManager;
import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/**
 * Says in main who is to build the platform's MBean server, who manages its logs, and what the
 * security properties are; has a security provider of its own.
 */
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

  /** Of this program. */
  public static final class OwnProvider extends Provider {
    private static final long serialVersionUID = 1;

    OwnProvider() {
      super("OwnProvider", "1", "of this program");
      put("MessageDigest.OWN", OwnDigest.class.getName());
    }
  }

  /** Any bytes are 42. */
  public static final class OwnDigest extends MessageDigestSpi {
    @Override
    protected void engineUpdate(byte input) {}

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {}

    @Override
    protected byte[] engineDigest() {
      return new byte[] {42};
    }

    @Override
    protected void engineReset() {}
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.util.logging.manager", OwnLogs.class.getName());
    System.setProperty("javax.management.builder.initial", OwnBuilder.class.getName());
    // The JDK reads it when security is used first; the space is open before.
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
    System.setProperty("java.security.properties", arguments[0]);
    System.out.println("security word " + Security.getProperty("own.word"));
    Security.insertProviderAt(new OwnProvider(), 1);
    MessageDigest digest = MessageDigest.getInstance("OWN");
    System.out.println("provider " + digest.getProvider().getName() + " " + digest.digest()[0]);
    System.out.println("log manager " + LogManager.getLogManager().getClass().getSimpleName());
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    System.out.println("built " + OwnBuilder.built);
    System.out.println("space " + server.isRegistered(Registered.space(server)));
    System.out.println("buffer " + buffer.capacity());
  }
}
