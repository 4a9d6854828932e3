package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.IbvWC.IbvWcStatus;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.WorkStatus;
import java.io.IOException;

/** A completion queue; what is polled is put into DiSNI's objects. */
final class PortCompletionQueue extends IbvCQ {
  private final PortDevices devices;
  private final PortCompletionChannel waiting;
  private final CompletionQueue queue;

  PortCompletionQueue(
      PortDevices devices, PortContext context, PortCompletionChannel channel, int entries)
      throws IOException {
    super(context, channel, 0);
    this.devices = devices;
    waiting = channel;
    cqe = entries;
    queue = context.createQueue(entries);
    channel.add(queue);
  }

  CompletionQueue queue() {
    return queue;
  }

  synchronized void arm() {
    queue.arm();
  }

  /** Fills the first of them; returns how many. */
  synchronized int take(IbvWC[] into, int most) {
    Filler filler = new Filler(into);
    return queue.poll(Math.min(most, into.length), filler);
  }

  /** Puts one completion after the other where it belongs. */
  private final class Filler implements CompletionQueue.Completed {
    private final IbvWC[] into;
    private int filled;

    Filler(IbvWC[] into) {
      this.into = into;
    }

    @Override
    public void completed(long mark, WorkStatus status) {
      fill(mark, status, 0);
    }

    @Override
    public void received(long mark, int bytes) {
      fill(mark, WorkStatus.SUCCESS, bytes);
    }

    private void fill(long mark, WorkStatus status, int bytes) {
      IbvWC one = into[filled++];
      one.setStatus(number(status).ordinal());
      one.setByte_len(bytes);
      PortQueuePair queuePair = devices.queuePair(PortQueuePair.number(mark));
      if (queuePair != null) {
        queuePair.describe(mark, one);
      }
    }
  }

  private static IbvWcStatus number(WorkStatus status) {
    return switch (status) {
      case SUCCESS -> IbvWcStatus.IBV_WC_SUCCESS;
      case FLUSHED -> IbvWcStatus.IBV_WC_WR_FLUSH_ERR;
      case RETRY_EXCEEDED -> IbvWcStatus.IBV_WC_RETRY_EXC_ERR;
      case REMOTE_ACCESS -> IbvWcStatus.IBV_WC_REM_ACCESS_ERR;
      case LOCAL -> IbvWcStatus.IBV_WC_LOC_QP_OP_ERR;
      case OTHER -> IbvWcStatus.IBV_WC_GENERAL_ERR;
    };
  }

  void destroy() throws IOException {
    Calls.open(this, isOpen()).close();
    waiting.remove(queue);
    Calls.io(queue::close);
  }
}
