package io.elasticmemory.ffm.disni;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedList;
import java.util.List;

/** Two connected ends, written against DiSNI's API only, in one thread. */
final class DisniPair implements AutoCloseable {
  static final String REQUEST = "may I?";
  private static final int EVENT_MILLIS = 20_000;
  private static final int MEMORY_BYTES = 8192;
  private static final int SLOTS = 8;

  /** One end. */
  static final class End {
    RdmaEventChannel channel;
    RdmaCmId id;
    IbvPd domain;
    IbvCompChannel completionChannel;
    IbvCQ queue;
    IbvQP queuePair;
    ByteBuffer memory;
    IbvMr region;

    private void prepare() throws Exception {
      IbvContext context = id.getVerbs();
      domain = context.allocPd();
      completionChannel = context.createCompChannel();
      queue = context.createCQ(completionChannel, 2 * SLOTS, 0);
      IbvQPInitAttr wanted = new IbvQPInitAttr();
      wanted.cap().setMax_send_wr(SLOTS);
      wanted.cap().setMax_recv_wr(SLOTS);
      wanted.cap().setMax_send_sge(1);
      wanted.cap().setMax_recv_sge(1);
      wanted.setQp_type(IbvQP.IBV_QPT_RC);
      wanted.setSend_cq(queue);
      wanted.setRecv_cq(queue);
      queuePair = id.createQP(domain, wanted);
      memory = ByteBuffer.allocateDirect(MEMORY_BYTES).order(ByteOrder.nativeOrder());
      int all =
          IbvMr.IBV_ACCESS_LOCAL_WRITE
              | IbvMr.IBV_ACCESS_REMOTE_READ
              | IbvMr.IBV_ACCESS_REMOTE_WRITE
              | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
      region = domain.regMr(memory, all).execute().free().getMr();
    }

    LinkedList<IbvSge> range(int offset, int bytes) {
      IbvSge range = new IbvSge();
      range.setAddr(region.getAddr() + offset);
      range.setLength(bytes);
      range.setLkey(region.getLkey());
      return new LinkedList<>(List.of(range));
    }

    /** An operation, which is reported, with the request's number. */
    IbvSendWR operation(int opcode, long number, int offset, int bytes) {
      IbvSendWR request = new IbvSendWR();
      request.setOpcode(opcode);
      request.setWr_id(number);
      request.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
      request.setSg_list(range(offset, bytes));
      return request;
    }

    /** Waits for the next completion, as DiSNI's programs do. */
    IbvWC await() throws Exception {
      IbvWC[] found = {new IbvWC()};
      while (true) {
        queue.reqNotification(false).execute().free();
        if (queue.poll(found, 1).execute().free().getPolls() == 1) {
          return found[0];
        }
        assertThat(completionChannel.getCqEvent(queue, EVENT_MILLIS)).as("an event").isTrue();
        queue.ackEvents(1);
      }
    }

    RdmaCmEvent event(EventType expected) throws Exception {
      RdmaCmEvent event = channel.getCmEvent(EVENT_MILLIS);
      assertThat(event).as("an event").isNotNull();
      assertThat(EventType.values()[event.getEvent()]).isEqualTo(expected);
      event.ackEvent();
      return event;
    }

    private void close() throws Exception {
      id.destroyQP();
      region.deregMr().execute().free();
      queue.destroyCQ();
      completionChannel.destroyCompChannel();
      domain.deallocPd();
      id.destroyId();
    }
  }

  final End client = new End();
  final End server = new End();
  private final RdmaCmId listening;
  final String requested;

  DisniPair(InetAddress address) throws Exception {
    server.channel = RdmaEventChannel.createEventChannel();
    listening = server.channel.createId(RdmaCm.RDMA_PS_TCP);
    listening.bindAddr(new InetSocketAddress(address, 0));
    listening.listen(4);
    client.channel = RdmaEventChannel.createEventChannel();
    client.id = client.channel.createId(RdmaCm.RDMA_PS_TCP);
    client.id.resolveAddr(null, listening.getSource(), 2000);
    client.event(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
    client.id.resolveRoute(2000);
    client.event(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
    client.prepare();
    client.id.connect(saying(REQUEST));
    RdmaCmEvent request = server.event(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
    assertThat(request.getListenIdPriv()).isSameAs(listening);
    requested = said(request, REQUEST.length());
    server.id = request.getConnIdPriv();
    server.prepare();
    server.id.accept(new RdmaConnParam());
    client.event(EventType.RDMA_CM_EVENT_ESTABLISHED);
    server.event(EventType.RDMA_CM_EVENT_ESTABLISHED);
  }

  private static RdmaConnParam saying(String text) throws Exception {
    MemorySegment data = Arena.ofAuto().allocateFrom(text);
    RdmaConnParam parameters = new RdmaConnParam();
    parameters.setRetry_count((byte) 2);
    parameters.setPrivate_data(data.address());
    parameters.setPrivate_data_len((byte) text.length());
    assertThat(data.getString(0)).isEqualTo(text); // reachable until here
    return parameters;
  }

  private static String said(RdmaCmEvent event, int bytes) {
    assertThat(event.getConn().getPrivate_data_len()).isGreaterThanOrEqualTo((byte) bytes);
    byte[] said =
        MemorySegment.ofAddress(event.getConn().getPrivate_data())
            .reinterpret(bytes)
            .toArray(ValueLayout.JAVA_BYTE);
    return new String(said, java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    listening.destroyId();
    client.channel.destroyEventChannel();
    server.channel.destroyEventChannel();
  }
}
