package io.elasticmemory.ffm.disni;

import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.verbs.testing.FabricPoller;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** DiSNI over a fabric in memory, with one host that is connected to itself. */
public final class OnFabric {
  /** The address of the host. */
  public static final InetAddress ADDRESS = address();

  private OnFabric() {}

  private static InetAddress address() {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Has DiSNI use a new one from now on. */
  public static void install() {
    DisniProvider.install(
        new FakeFabric().host(ADDRESS, true),
        () -> new FabricPoller(new LinuxSockets().openPoller()));
  }
}
