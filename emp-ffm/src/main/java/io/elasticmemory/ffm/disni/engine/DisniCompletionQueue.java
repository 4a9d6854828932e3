package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.IbvWC.IbvWcOpcode;
import com.ibm.disni.verbs.IbvWC.IbvWcStatus;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.WorkStatus;
import java.io.IOException;
import java.util.stream.Stream;

/** A completion queue of DiSNI, with a thread that waits for it. */
final class DisniCompletionQueue implements CompletionQueue {
  /** Completions taken with one call. */
  private static final int BATCH = 16;

  private final IbvCompChannel channel;
  private final IbvCQ queue;
  private final Waiter waiter;
  private final IbvWC[] found = Stream.generate(IbvWC::new).limit(BATCH).toArray(IbvWC[]::new);
  private final SVCPollCq poll;
  private final SVCReqNotify notify;

  /** Of what was found, those before are reported already. */
  private int next;

  private int filled;
  private boolean closed;

  private DisniCompletionQueue(IbvCompChannel channel, IbvCQ queue) throws IOException {
    this.channel = channel;
    this.queue = queue;
    waiter = new Waiter("emp-disni-completions", this::await);
    poll = queue.poll(found, BATCH);
    notify = queue.reqNotification(false);
  }

  static DisniCompletionQueue create(IbvContext context, int entries) {
    String what = "a completion queue with %d entries".formatted(entries);
    IbvCompChannel channel = Failing.of(Kind.PLATFORM, what, context::createCompChannel);
    DisniCompletionQueue made =
        Failing.of(
            Kind.PLATFORM,
            what,
            () -> new DisniCompletionQueue(channel, context.createCQ(channel, entries, 0)));
    made.waiter.start();
    return made;
  }

  private boolean await() throws IOException {
    if (!channel.getCqEvent(queue, Waiter.LOOK_MILLIS)) {
      return false;
    }
    queue.ackEvents(1);
    return true;
  }

  IbvCQ queue() {
    return queue;
  }

  @Override
  public int descriptor() {
    return waiter.descriptor();
  }

  @Override
  public int poll(int most, Completed sink) {
    int total = 0;
    boolean more = true;
    while (total < most && (next < filled || more)) {
      if (next < filled) {
        report(found[next++], sink);
        total++;
      } else {
        filled = Failing.of(Kind.PLATFORM, "polling", () -> poll.execute().getPolls());
        next = 0;
        more = filled == BATCH;
      }
    }
    return total;
  }

  private static void report(IbvWC one, Completed sink) {
    WorkStatus status = status(IbvWcStatus.valueOf(one.getStatus()));
    if (status == WorkStatus.SUCCESS && one.getOpcode() == IbvWcOpcode.IBV_WC_RECV.getOpcode()) {
      sink.received(one.getWr_id(), one.getByte_len());
    } else {
      sink.completed(one.getWr_id(), status);
    }
  }

  private static WorkStatus status(IbvWcStatus status) {
    return switch (status) {
      case IBV_WC_SUCCESS -> WorkStatus.SUCCESS;
      case IBV_WC_WR_FLUSH_ERR -> WorkStatus.FLUSHED;
      case IBV_WC_RETRY_EXC_ERR -> WorkStatus.RETRY_EXCEEDED;
      case IBV_WC_REM_ACCESS_ERR, IBV_WC_REM_INV_REQ_ERR -> WorkStatus.REMOTE_ACCESS;
      case IBV_WC_LOC_LEN_ERR, IBV_WC_LOC_QP_OP_ERR, IBV_WC_LOC_PROT_ERR, IBV_WC_LOC_ACCESS_ERR ->
          WorkStatus.LOCAL;
      default -> WorkStatus.OTHER;
    };
  }

  @Override
  public void arm() {
    Failing.run(Kind.PLATFORM, "arming a completion queue", notify::execute);
  }

  @Override
  public void disarm() {
    waiter.silence();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    waiter.close();
    Failing.run(
        Kind.PLATFORM,
        "closing a completion queue",
        () -> {
          poll.free();
          notify.free();
          queue.destroyCQ();
          channel.destroyCompChannel();
        });
  }
}
