package io.elasticmemory.ffm.verbs;

import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.contract.MessageContract;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A device of this machine, whatever it is; in the build one of software, in a virtual machine.
 * Wanted with {@code -Demp.rdma.address=}, an address of that device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class LinuxVerbsOnDevice extends MessageContract {
  private static final long READABLE_NANOS = 20_000_000;

  private final LinuxVerbs verbs = new LinuxVerbs();

  @Override
  protected Verbs verbs() {
    return verbs;
  }

  @Override
  protected Verbs otherVerbs() {
    return verbs;
  }

  @Override
  protected InetAddress address() {
    try {
      return InetAddress.getByName(System.getProperty("emp.rdma.address"));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("-Demp.rdma.address is no address", e);
    }
  }

  @Override
  protected boolean isReadable(Pollable source) {
    boolean[] ready = {false};
    try (Poller poller = new LinuxSockets().openPoller()) {
      poller.watch(source, Poller.READ, _ -> ready[0] = true);
      poller.await(READABLE_NANOS);
      poller.forget(source);
    }
    return ready[0];
  }
}
