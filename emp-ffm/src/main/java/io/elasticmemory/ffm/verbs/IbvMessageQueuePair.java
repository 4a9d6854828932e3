package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.FunctionPointer;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import io.elasticmemory.port.verbs.QueuePairCapacity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An {@code ibv_qp} that receives, too: one request at a time. */
final class IbvMessageQueuePair extends IbvQueuePair implements MessageQueuePair {
  private static final long SGE_AT = VerbsLayout.RECV_WR.byteSize();
  private static final long MARK = VerbsLayout.offset(VerbsLayout.RECV_WR, "wr_id");
  private static final long RANGES = VerbsLayout.offset(VerbsLayout.RECV_WR, "sg_list");
  private static final long RANGE_COUNT = VerbsLayout.offset(VerbsLayout.RECV_WR, "num_sge");
  private static final long LOCAL_ADDRESS = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "addr");
  private static final long LOCAL_BYTES = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "length");
  private static final long LOCAL_KEY = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "lkey");
  private static final long CONTEXT_AT = VerbsLayout.offset(VerbsLayout.QP_HEAD, "context");
  private static final long RECEIVE_AT =
      VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.post_recv");

  private final int receives;
  private final MemorySegment request =
      Arena.ofAuto().allocate(SGE_AT + VerbsLayout.SGE.byteSize(), Long.BYTES);
  private final MemorySegment firstBad = Arena.ofAuto().allocate(JAVA_LONG);
  private final MemorySegment receive;

  IbvMessageQueuePair(long queuePair, QueuePairCapacity capacity) {
    super(queuePair, capacity.slots(), capacity.inlineBytes());
    receives = capacity.receives();
    long context = VerbsLayout.at(queuePair, VerbsLayout.QP_HEAD).get(JAVA_LONG, CONTEXT_AT);
    receive = VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD).get(ADDRESS, RECEIVE_AT);
    request.set(JAVA_LONG, RANGES, request.address() + SGE_AT);
    request.set(JAVA_INT, RANGE_COUNT, 1);
  }

  @Override
  public int receives() {
    return receives;
  }

  @Override
  public void send(long mark, boolean reported, MemoryRegion from, long offset, int bytes) {
    int flags = reported ? VerbsConstants.IBV_SEND_SIGNALED : 0;
    flags |= bytes <= inlineBytes() ? VerbsConstants.IBV_SEND_INLINE : 0;
    prepare(mark, VerbsConstants.IBV_WR_SEND, flags, from, offset, bytes);
  }

  @Override
  public boolean receive(long mark, MemoryRegion into, long offset, int bytes) {
    IbvRegion region = (IbvRegion) into;
    request.set(JAVA_LONG, LOCAL_ADDRESS, region.address(offset, bytes));
    request.set(JAVA_LONG, MARK, mark);
    request.set(JAVA_INT, LOCAL_BYTES, bytes);
    request.set(JAVA_INT, LOCAL_KEY, region.localKey());
    return !hasEnded()
        && FunctionPointer.call(receive, pointer(), request.address(), firstBad.address()) == 0;
  }
}
