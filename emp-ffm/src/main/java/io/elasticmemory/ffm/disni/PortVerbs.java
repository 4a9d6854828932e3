package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaVerbs;
import com.ibm.disni.verbs.SVCDeregMr;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;
import io.elasticmemory.port.Poller;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** DiSNI's verbs over the port. */
final class PortVerbs extends RdmaVerbs {
  /** Where paging on demand is asked for: there is none. */
  private static final int NONE = -1;

  private static final int ENOSYS = 38;

  private final Supplier<Poller> pollers;
  private final PortDevices devices;

  PortVerbs(Supplier<Poller> pollers, PortDevices devices) {
    this.pollers = pollers;
    this.devices = devices;
  }

  @Override
  public IbvPd allocPd(IbvContext context) throws IOException {
    PortContext of = (PortContext) context;
    return new PortDomain(of, of.allocateDomain());
  }

  @Override
  public IbvCompChannel createCompChannel(IbvContext context) throws IOException {
    return new PortCompletionChannel(context, Calls.io(pollers));
  }

  @Override
  public IbvCQ createCQ(IbvContext context, IbvCompChannel channel, int entries, int vector)
      throws IOException {
    PortCompletionChannel waiting = (PortCompletionChannel) channel;
    Calls.open(waiting, waiting.isOpen());
    return new PortCompletionQueue(devices, (PortContext) context, waiting, entries);
  }

  @Override
  public boolean getCqEvent(IbvCompChannel channel, @Nullable IbvCQ queue, int timeoutMillis)
      throws IOException {
    PortCompletionChannel waiting = (PortCompletionChannel) channel;
    return Calls.open(waiting, waiting.isOpen()).await(timeoutMillis);
  }

  @Override
  public SVCRegMr regMr(IbvPd pd, ByteBuffer buffer, int access) throws IOException {
    if (!buffer.isDirect() || buffer.isReadOnly()) {
      throw new IOException("a device can use direct, writable buffers only");
    }
    MemorySegment all = MemorySegment.ofBuffer(buffer.duplicate().clear());
    return new PortCalls.Register((PortDomain) pd, all, access);
  }

  @Override
  public SVCRegMr regMr(IbvPd pd, long address, int length, int access) {
    MemorySegment all = MemorySegment.ofAddress(address).reinterpret(length);
    return new PortCalls.Register((PortDomain) pd, all, access);
  }

  @Override
  public int queryOdpSupport(IbvContext context) {
    return NONE;
  }

  @Override
  public int expPrefetchMr(IbvMr region, long address, int length) {
    return ENOSYS;
  }

  @Override
  public SVCDeregMr deregMr(IbvMr region) {
    return new PortCalls.Deregister((PortRegion) region);
  }

  @Override
  public SVCPostSend postSend(
      IbvQP queuePair, List<IbvSendWR> wanted, @Nullable List<IbvSendWR> bad) throws IOException {
    return new PortCalls.PostSend((PortQueuePair) queuePair, wanted);
  }

  @Override
  public SVCPostRecv postRecv(
      IbvQP queuePair, List<IbvRecvWR> wanted, @Nullable List<IbvRecvWR> bad) throws IOException {
    return new PortCalls.PostReceive((PortQueuePair) queuePair, wanted);
  }

  @Override
  public SVCPollCq pollCQ(IbvCQ queue, IbvWC[] into, int most) {
    return new PortCalls.Poll((PortCompletionQueue) queue, into, most);
  }

  @Override
  public SVCReqNotify reqNotifyCQ(IbvCQ queue, boolean solicitedOnly) {
    return new PortCalls.Notify((PortCompletionQueue) queue);
  }

  /** The port has done it. */
  @Override
  public int ackCqEvents(IbvCQ queue, int count) {
    return 0;
  }

  @Override
  public int destroyCompChannel(IbvCompChannel channel) throws IOException {
    ((PortCompletionChannel) channel).destroy();
    return 0;
  }

  @Override
  public int deallocPd(IbvPd pd) throws IOException {
    PortDomain of = (PortDomain) pd;
    Calls.open(of, of.isOpen()).close();
    Calls.io(of.domain()::close);
    return 0;
  }

  @Override
  public int destroyCQ(IbvCQ queue) throws IOException {
    ((PortCompletionQueue) queue).destroy();
    return 0;
  }
}
