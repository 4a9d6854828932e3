package io.elasticmemory.samples.remote;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import io.elasticmemory.port.verbs.testing.FabricPoller;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sockets of the system, with pollers that know a fabric in memory, too. */
record FabricSockets(Sockets sockets) implements Sockets {
  @Override
  public Poller openPoller() {
    return new FabricPoller(sockets.openPoller());
  }

  @Override
  public Pair pair() {
    return sockets.pair();
  }

  @Override
  public ControlChannel given() throws IOException {
    return sockets.given();
  }

  @Override
  public Stream connect(InetSocketAddress address) throws IOException {
    return sockets.connect(address);
  }
}
