package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NONBLOCK;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FunctionPointer;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An {@code ibv_cq} with a completion channel of its own. */
final class IbvCompletionQueue implements CompletionQueue {
  /** Completions taken with one call. */
  private static final int BATCH = 16;

  /** Events acknowledged together: that takes a lock. */
  private static final int EVENTS_UNACKNOWLEDGED_MAX = 1 << 10;

  private static final long WC_BYTES = VerbsLayout.WC.byteSize();
  private static final long MARK_AT = VerbsLayout.offset(VerbsLayout.WC, "wr_id");
  private static final long STATUS_AT = VerbsLayout.offset(VerbsLayout.WC, "status");
  private static final long OPCODE_AT = VerbsLayout.offset(VerbsLayout.WC, "opcode");
  private static final long BYTES_AT = VerbsLayout.offset(VerbsLayout.WC, "byte_len");
  private static final long FD_AT = VerbsLayout.offset(VerbsLayout.COMP_CHANNEL_HEAD, "fd");
  private static final long POLL_AT = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.poll_cq");
  private static final long NOTIFY_AT =
      VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.req_notify_cq");

  private final long channel;
  private final long queue;
  private final int descriptor;
  private final MemorySegment poll;
  private final MemorySegment notify;
  private final MemorySegment found = Arena.ofAuto().allocate(BATCH * WC_BYTES, Long.BYTES);
  private final MemorySegment pointers = Arena.ofAuto().allocate(JAVA_LONG, 2);
  private int unacknowledged;
  private boolean closed;

  private IbvCompletionQueue(long context, long channel, long queue) {
    this.channel = channel;
    this.queue = queue;
    descriptor = VerbsLayout.at(channel, VerbsLayout.COMP_CHANNEL_HEAD).get(JAVA_INT, FD_AT);
    MemorySegment known = VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD);
    poll = known.get(ADDRESS, POLL_AT);
    notify = known.get(ADDRESS, NOTIFY_AT);
  }

  static IbvCompletionQueue create(long context, int entries, String device) {
    long channel = VerbsCalls.CREATE_COMP_CHANNEL.call(context);
    if (channel == 0) {
      throw Failures.platform(
          "a completion channel of " + device, -Errno.last(), "raise ulimit -n");
    }
    long queue = VerbsCalls.CREATE_CQ.call(context, entries, 0, channel, 0);
    if (queue == 0) {
      int errno = Errno.last();
      VerbsCalls.DESTROY_COMP_CHANNEL.call(channel);
      throw Failures.platform(
          "a completion queue of %s with %d entries".formatted(device, entries),
          -errno,
          "connect fewer clients");
    }
    IbvCompletionQueue made = new IbvCompletionQueue(context, channel, queue);
    long flags = FileCalls.fcntl(made.descriptor, F_GETFL, 0);
    long result = FileCalls.fcntl(made.descriptor, F_SETFL, flags | O_NONBLOCK);
    SystemCallException.check(result, "fcntl", "completion channel");
    return made;
  }

  long pointer() {
    return queue;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public int poll(int most, Completed sink) {
    int total = 0;
    int count = BATCH;
    while (total < most && count == BATCH) {
      int wanted = Math.min(BATCH, most - total);
      count = (int) FunctionPointer.call(poll, queue, wanted, found.address());
      SystemCallException.check(count, "ibv_poll_cq");
      for (int i = 0; i < count; i++) {
        report(i * WC_BYTES, sink);
      }
      total += count;
    }
    return total;
  }

  /** What kind of operation it was is told only of those that have ended well. */
  private void report(long at, Completed sink) {
    long mark = found.get(JAVA_LONG, at + MARK_AT);
    WorkStatus status = status(found.get(JAVA_INT, at + STATUS_AT));
    if (status == WorkStatus.SUCCESS
        && found.get(JAVA_INT, at + OPCODE_AT) == VerbsConstants.IBV_WC_RECV) {
      sink.received(mark, found.get(JAVA_INT, at + BYTES_AT));
    } else {
      sink.completed(mark, status);
    }
  }

  private static WorkStatus status(int status) {
    return switch (status) {
      case VerbsConstants.IBV_WC_SUCCESS -> WorkStatus.SUCCESS;
      case VerbsConstants.IBV_WC_WR_FLUSH_ERR -> WorkStatus.FLUSHED;
      case VerbsConstants.IBV_WC_RETRY_EXC_ERR -> WorkStatus.RETRY_EXCEEDED;
      case VerbsConstants.IBV_WC_REM_ACCESS_ERR, VerbsConstants.IBV_WC_REM_INV_REQ_ERR ->
          WorkStatus.REMOTE_ACCESS;
      case VerbsConstants.IBV_WC_LOC_LEN_ERR,
          VerbsConstants.IBV_WC_LOC_QP_OP_ERR,
          VerbsConstants.IBV_WC_LOC_PROT_ERR,
          VerbsConstants.IBV_WC_LOC_ACCESS_ERR ->
          WorkStatus.LOCAL;
      default -> WorkStatus.OTHER;
    };
  }

  @Override
  public void arm() {
    long result = FunctionPointer.call(notify, queue, 0, 0);
    SystemCallException.check(-Math.abs(result), "ibv_req_notify_cq");
  }

  @Override
  public void disarm() {
    long queueAt = pointers.address();
    while (VerbsCalls.GET_CQ_EVENT.call(channel, queueAt, queueAt + Long.BYTES) == 0) {
      unacknowledged++;
    }
    if (unacknowledged >= EVENTS_UNACKNOWLEDGED_MAX) {
      acknowledge();
    }
  }

  private void acknowledge() {
    if (unacknowledged > 0) {
      VerbsCalls.ACK_CQ_EVENTS.call(queue, unacknowledged);
      unacknowledged = 0;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    disarm();
    acknowledge();
    long result = VerbsCalls.DESTROY_CQ.call(queue);
    if (result != 0) {
      throw new IllegalStateException(
          "a completion queue is closed that is in use: " + Errno.describe((int) Math.abs(result)));
    }
    VerbsCalls.DESTROY_COMP_CHANNEL.call(channel);
  }
}
