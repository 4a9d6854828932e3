package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.Endpoint;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import io.elasticmemory.port.verbs.Verbs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** DiSNI's connection manager over the port. */
final class PortCm extends RdmaCm {
  /** About a second each time, as connection managers have it by themselves. */
  private static final int ACK_TIMEOUT = 18;

  private static final int RETRIES_MAX = 6;

  private final Verbs verbs;
  private final Supplier<Poller> pollers;
  private final PortDevices devices;

  PortCm(Verbs verbs, Supplier<Poller> pollers, PortDevices devices) {
    this.verbs = verbs;
    this.pollers = pollers;
    this.devices = devices;
  }

  @Override
  public RdmaEventChannel createEventChannel() throws IOException {
    Poller poller = Calls.io(pollers);
    try {
      return new PortEventChannel(verbs, poller, devices);
    } catch (RuntimeException e) {
      poller.close();
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
    if (portSpace != RDMA_PS_TCP) {
      throw new IOException("port space " + portSpace + ": there is RDMA_PS_TCP only");
    }
    PortEventChannel of = (PortEventChannel) channel;
    return new PortId(Calls.open(of, of.isOpen()));
  }

  @Override
  public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr wanted) throws IOException {
    PortId of = (PortId) id;
    PortDomain domain = (PortDomain) pd;
    PortCompletionQueue sends = (PortCompletionQueue) wanted.getSend_cq();
    PortCompletionQueue receives = (PortCompletionQueue) wanted.getRecv_cq();
    if (wanted.getQp_type() != IbvQP.IBV_QPT_RC) {
      throw new IOException("queue pairs are of type IBV_QPT_RC, not " + wanted.getQp_type());
    }
    QueuePairCapacity capacity =
        new QueuePairCapacity(
            wanted.cap().getMax_send_wr(),
            Math.max(1, wanted.cap().getMax_recv_wr()),
            wanted.cap().getMax_inline_data());
    Endpoint endpoint = of.endpoint();
    MessageQueuePair pair =
        Calls.io(
            () ->
                endpoint.createMessageQueuePair(
                    domain.domain(), sends.queue(), receives.queue(), capacity));
    PortQueuePair made = new PortQueuePair(devices, domain, pair);
    of.works(made);
    return made;
  }

  @Override
  public void bindAddr(RdmaCmId id, SocketAddress address) {
    ((PortId) id).boundTo((InetSocketAddress) address);
  }

  @Override
  public void listen(RdmaCmId id, int backlog) throws IOException {
    PortId of = (PortId) id;
    InetSocketAddress at = of.local();
    if (at == null) {
      throw new IOException("the id is bound to no address: bind it first");
    }
    of.channel().listen(of, at, backlog);
  }

  @Override
  public void resolveAddr(
      RdmaCmId id, @Nullable SocketAddress from, SocketAddress to, int timeoutMillis)
      throws IOException {
    PortId of = (PortId) id;
    Calls.io(() -> of.channel().resolve(of, (InetSocketAddress) to, timeoutMillis));
  }

  @Override
  public void resolveRoute(RdmaCmId id, int timeoutMillis) throws IOException {
    PortId of = (PortId) id;
    of.channel().resolveRoute(of);
  }

  @Override
  public @Nullable RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeoutMillis)
      throws IOException {
    PortEventChannel of = (PortEventChannel) channel;
    return Calls.open(of, of.isOpen()).next(timeoutMillis);
  }

  @Override
  public int ackCmEvent(RdmaCmEvent event) {
    return 0; // The port has done it.
  }

  // ---- connections

  @Override
  public void connect(RdmaCmId id, RdmaConnParam wanted) throws IOException {
    Endpoint endpoint = ((PortId) id).endpoint();
    MemorySegment data = data(wanted);
    Calls.io(() -> endpoint.connect(patience(wanted), data, (int) data.byteSize()));
  }

  @Override
  public void accept(RdmaCmId id, RdmaConnParam wanted) throws IOException {
    Endpoint endpoint = ((PortId) id).endpoint();
    MemorySegment data = data(wanted);
    Calls.io(() -> endpoint.accept(patience(wanted), data, (int) data.byteSize()));
  }

  private static Patience patience(RdmaConnParam wanted) {
    return new Patience(ACK_TIMEOUT, Math.clamp(wanted.getRetry_count(), 0, RETRIES_MAX));
  }

  /** What the program wants said, at the address it gives. */
  private static MemorySegment data(RdmaConnParam wanted) {
    int bytes = Byte.toUnsignedInt(wanted.getPrivate_data_len());
    return MemorySegment.ofAddress(wanted.getPrivate_data()).reinterpret(bytes);
  }

  @Override
  public int disconnect(RdmaCmId id) throws IOException {
    Endpoint endpoint = ((PortId) id).endpoint();
    Calls.io(endpoint::disconnect);
    return 0;
  }

  // ---- ends

  @Override
  public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
    PortEventChannel of = (PortEventChannel) channel;
    Calls.open(of, of.isOpen()).destroy();
    return 0;
  }

  @Override
  public int destroyCmId(RdmaCmId id) throws IOException {
    PortId of = (PortId) id;
    Calls.open(of, of.isOpen()).close();
    Calls.io(of::end);
    return 0;
  }

  /**
   * The port ends a connection with its queue pair: the id has no more use than to be destroyed.
   */
  @Override
  public int destroyQP(RdmaCmId id) throws IOException {
    PortId of = (PortId) id;
    Objects.requireNonNull(of.getQp(), "the id has no queue pair").close();
    Calls.io(of::end);
    return 0;
  }

  @Override
  public int destroyEp(RdmaCmId id) throws IOException {
    return destroyCmId(id);
  }

  /** Of what listens; otherwise null, as the port does not say it. */
  @Override
  public @Nullable SocketAddress getSrcAddr(RdmaCmId id) {
    return ((PortId) id).local();
  }

  @Override
  public @Nullable SocketAddress getDstAddr(RdmaCmId id) {
    return ((PortId) id).remote();
  }
}
