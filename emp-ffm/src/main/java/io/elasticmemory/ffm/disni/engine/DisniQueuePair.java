package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.RdmaCmId;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;

/** A queue pair of DiSNI. Every operation makes its request anew. */
final class DisniQueuePair implements MessageQueuePair {
  private final RdmaCmId id;
  private final IbvQP queuePair;
  private final int slots;
  private final int receives;
  private final int inlineBytes;
  private final List<IbvSendWR> prepared = new ArrayList<>();
  private boolean ended;

  DisniQueuePair(RdmaCmId id, IbvQP queuePair, QueuePairCapacity capacity, int inlineBytes) {
    this.id = id;
    this.queuePair = queuePair;
    slots = capacity.slots();
    receives = capacity.receives();
    this.inlineBytes = inlineBytes;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int inlineBytes() {
    return inlineBytes;
  }

  @Override
  public int receives() {
    return receives;
  }

  @Override
  public void read(
      long mark,
      boolean reported,
      MemoryRegion into,
      long offset,
      int bytes,
      long address,
      int key) {
    IbvSendWR request = prepare(mark, reported, into, offset, bytes);
    request.setOpcode(IbvSendWR.IBV_WR_RDMA_READ);
    request.getRdma().setRemote_addr(address);
    request.getRdma().setRkey(key);
  }

  @Override
  public void write(
      long mark,
      boolean reported,
      MemoryRegion from,
      long offset,
      int bytes,
      long address,
      int key) {
    IbvSendWR request = prepare(mark, reported, from, offset, bytes);
    request.setOpcode(IbvSendWR.IBV_WR_RDMA_WRITE);
    request.getRdma().setRemote_addr(address);
    request.getRdma().setRkey(key);
    inlineIfSmall(request, bytes);
  }

  @Override
  public void send(long mark, boolean reported, MemoryRegion from, long offset, int bytes) {
    IbvSendWR request = prepare(mark, reported, from, offset, bytes);
    request.setOpcode(IbvSendWR.IBV_WR_SEND);
    inlineIfSmall(request, bytes);
  }

  private void inlineIfSmall(IbvSendWR request, int bytes) {
    if (bytes <= inlineBytes) {
      request.setSend_flags(request.getSend_flags() | IbvSendWR.IBV_SEND_INLINE);
    }
  }

  @Override
  public void compareAndSwap(
      long mark,
      MemoryRegion into,
      long offset,
      long address,
      int key,
      long expected,
      long wanted) {
    throw noAtomics();
  }

  @Override
  public void fetchAndAdd(
      long mark, MemoryRegion into, long offset, long address, int key, long addend) {
    throw noAtomics();
  }

  private static IllegalStateException noAtomics() {
    return new IllegalStateException(
        "DiSNI has no atomic operations, as its device says: ask it before");
  }

  private IbvSendWR prepare(
      long mark, boolean reported, MemoryRegion local, long offset, int bytes) {
    if (ended || prepared.size() == slots) {
      throw new IllegalStateException(
          ended ? "the endpoint is closed" : "more than " + slots + " operations are prepared");
    }
    IbvSendWR request = new IbvSendWR();
    request.setSg_list(ranges(local, offset, bytes));
    request.setWr_id(mark);
    request.setSend_flags(reported ? IbvSendWR.IBV_SEND_SIGNALED : 0);
    prepared.add(request);
    return request;
  }

  private static LinkedList<IbvSge> ranges(MemoryRegion local, long offset, int bytes) {
    LinkedList<IbvSge> ranges = new LinkedList<>();
    ranges.add(((DisniRegion) local).range(offset, bytes));
    return ranges;
  }

  @Override
  public boolean post() {
    if (prepared.isEmpty()) {
      return true;
    }
    LinkedList<IbvSendWR> requests = new LinkedList<>(prepared);
    prepared.clear();
    try {
      if (!ended) {
        queuePair.postSend(requests, null).execute().free();
      }
      return !ended;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean receive(long mark, MemoryRegion into, long offset, int bytes) {
    IbvRecvWR request = new IbvRecvWR();
    request.setSg_list(ranges(into, offset, bytes));
    request.setWr_id(mark);
    LinkedList<IbvRecvWR> requests = new LinkedList<>();
    requests.add(request);
    try {
      if (!ended) {
        queuePair.postRecv(requests, null).execute().free();
      }
      return !ended;
    } catch (IOException e) {
      return false;
    }
  }

  /** DiSNI changes the state of no queue pair: what it can do is to end the connection. */
  @Override
  public void fail() {
    if (!ended) {
      DisniEndpoint.end(id);
    }
  }

  /** It is about to be destroyed. */
  void end() {
    ended = true;
  }
}
