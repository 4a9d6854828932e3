package io.elasticmemory.agent.program;

import com.sun.tools.attach.VirtualMachine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Has the platform's MBean server already when the agent is loaded into it. */
public final class ManagedBefore {
  private ManagedBefore() {}

  public static void main(String[] arguments) throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    VirtualMachine self = VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
    self.loadAgent(arguments[0], arguments[1]);
    self.detach();
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 20);
    ObjectName space = Registered.space(server);
    System.out.println("used " + server.getAttribute(space, "UsedBytes"));
    System.out.println("buffer " + buffer.capacity());
  }
}
