package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.FunctionPointer;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.QueuePair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An {@code ibv_qp} and room for its requests, prepared one behind the other and chained. The
 * device's provider copies them when they are posted.
 *
 * <pre>
 *   cells   | send_wr ──▶ sge | send_wr ──▶ sge | …
 *               └──── next ───────▲
 * </pre>
 */
class IbvQueuePair implements QueuePair {
  private static final long CELL_BYTES = VerbsLayout.REQUEST_CELL_BYTES;
  private static final long SGE_AT = VerbsLayout.SEND_WR.byteSize();
  private static final long MARK = request("wr_id");
  private static final long NEXT = request("next");
  private static final long RANGES = request("sg_list");
  private static final long RANGE_COUNT = request("num_sge");
  private static final long OPCODE = request("opcode");
  private static final long FLAGS = request("send_flags");
  private static final long REMOTE_ADDRESS = request("wr.atomic.remote_addr");
  private static final long REMOTE_KEY = VerbsLayout.RDMA_KEY_AT;
  private static final long ATOMIC_FIRST = request("wr.atomic.compare_add");
  private static final long ATOMIC_SECOND = request("wr.atomic.swap");
  private static final long ATOMIC_KEY = request("wr.atomic.rkey");
  private static final long LOCAL_ADDRESS = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "addr");
  private static final long LOCAL_BYTES = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "length");
  private static final long LOCAL_KEY = SGE_AT + VerbsLayout.offset(VerbsLayout.SGE, "lkey");
  private static final long CONTEXT_AT = VerbsLayout.offset(VerbsLayout.QP_HEAD, "context");
  private static final long NUMBER_AT = VerbsLayout.offset(VerbsLayout.QP_HEAD, "qp_num");
  private static final long POST_AT = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.post_send");

  private final long queuePair;
  private final int slots;
  private final int inlineBytes;
  private final MemorySegment cells;
  private final MemorySegment firstBad = Arena.ofAuto().allocate(JAVA_LONG);
  private final MemorySegment post;
  private int prepared;
  private boolean ended;

  IbvQueuePair(long queuePair, int slots, int inlineBytes) {
    this.queuePair = queuePair;
    this.slots = slots;
    this.inlineBytes = inlineBytes;
    cells = Arena.ofAuto().allocate(slots * CELL_BYTES, Long.BYTES);
    long context = VerbsLayout.at(queuePair, VerbsLayout.QP_HEAD).get(JAVA_LONG, CONTEXT_AT);
    post = VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD).get(ADDRESS, POST_AT);
  }

  private static long request(String member) {
    return VerbsLayout.offset(VerbsLayout.SEND_WR, member);
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
  public void read(
      long mark,
      boolean reported,
      MemoryRegion into,
      long offset,
      int bytes,
      long address,
      int key) {
    int flags = reported ? VerbsConstants.IBV_SEND_SIGNALED : 0;
    long at = prepare(mark, VerbsConstants.IBV_WR_RDMA_READ, flags, into, offset, bytes);
    cells.set(JAVA_LONG, at + REMOTE_ADDRESS, address);
    cells.set(JAVA_INT, at + REMOTE_KEY, key);
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
    int flags = reported ? VerbsConstants.IBV_SEND_SIGNALED : 0;
    flags |= bytes <= inlineBytes ? VerbsConstants.IBV_SEND_INLINE : 0;
    long at = prepare(mark, VerbsConstants.IBV_WR_RDMA_WRITE, flags, from, offset, bytes);
    cells.set(JAVA_LONG, at + REMOTE_ADDRESS, address);
    cells.set(JAVA_INT, at + REMOTE_KEY, key);
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
    long at = prepareAtomic(mark, VerbsConstants.IBV_WR_ATOMIC_CMP_AND_SWP, into, offset);
    cells.set(JAVA_LONG, at + REMOTE_ADDRESS, address);
    cells.set(JAVA_INT, at + ATOMIC_KEY, key);
    cells.set(JAVA_LONG, at + ATOMIC_FIRST, expected);
    cells.set(JAVA_LONG, at + ATOMIC_SECOND, wanted);
  }

  @Override
  public void fetchAndAdd(
      long mark, MemoryRegion into, long offset, long address, int key, long addend) {
    long at = prepareAtomic(mark, VerbsConstants.IBV_WR_ATOMIC_FETCH_AND_ADD, into, offset);
    cells.set(JAVA_LONG, at + REMOTE_ADDRESS, address);
    cells.set(JAVA_INT, at + ATOMIC_KEY, key);
    cells.set(JAVA_LONG, at + ATOMIC_FIRST, addend);
  }

  private long prepareAtomic(long mark, int operation, MemoryRegion into, long offset) {
    int flags = VerbsConstants.IBV_SEND_SIGNALED;
    return prepare(mark, operation, flags, into, offset, Long.BYTES);
  }

  /** Fills a cell; returns where it begins. */
  final long prepare(
      long mark, int operation, int flags, MemoryRegion local, long offset, int bytes) {
    if (ended || prepared == slots) {
      throw new IllegalStateException(
          ended ? "the endpoint is closed" : "more than " + slots + " operations are prepared");
    }
    IbvRegion region = (IbvRegion) local;
    long address = region.address(offset, bytes);
    long at = prepared * CELL_BYTES;
    long cell = cells.address() + at;
    cells.set(JAVA_LONG, at + MARK, mark);
    cells.set(JAVA_LONG, at + NEXT, 0);
    cells.set(JAVA_LONG, at + RANGES, cell + SGE_AT);
    cells.set(JAVA_INT, at + RANGE_COUNT, 1);
    cells.set(JAVA_INT, at + OPCODE, operation);
    cells.set(JAVA_INT, at + FLAGS, flags);
    cells.set(JAVA_LONG, at + LOCAL_ADDRESS, address);
    cells.set(JAVA_INT, at + LOCAL_BYTES, bytes);
    cells.set(JAVA_INT, at + LOCAL_KEY, region.localKey());
    if (prepared > 0) {
      cells.set(JAVA_LONG, at - CELL_BYTES + NEXT, cell);
    }
    prepared++;
    return at;
  }

  @Override
  public boolean post() {
    if (prepared == 0) {
      return true;
    }
    prepared = 0;
    return !ended
        && FunctionPointer.call(post, queuePair, cells.address(), firstBad.address()) == 0;
  }

  @Override
  public void fail() {
    if (!ended) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment wanted = arena.allocate(VerbsLayout.QP_ATTR);
        wanted.set(JAVA_INT, 0, VerbsConstants.IBV_QPS_ERR);
        VerbsCalls.MODIFY_QP.call(queuePair, wanted.address(), VerbsConstants.IBV_QP_STATE);
      }
    }
  }

  /** It is about to be destroyed. */
  void end() {
    ended = true;
  }

  final boolean hasEnded() {
    return ended;
  }

  /** What the device calls it. */
  final int number() {
    return VerbsLayout.at(queuePair, VerbsLayout.QP_HEAD).get(JAVA_INT, NUMBER_AT);
  }

  /** The {@code ibv_qp}. */
  final long pointer() {
    return queuePair;
  }
}
