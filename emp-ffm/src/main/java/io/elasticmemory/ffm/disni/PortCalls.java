package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCDeregMr;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * DiSNI's calls that are made once and executed many times. They hold nothing that has to be given
 * back; after {@code free} they are not valid any more, as DiSNI says.
 */
final class PortCalls {
  private PortCalls() {}

  /** Operations. */
  static final class PostSend extends SVCPostSend {
    private final PortQueuePair queuePair;
    private final List<SendRequest> requests = new ArrayList<>();
    private boolean valid = true;

    PostSend(PortQueuePair queuePair, List<IbvSendWR> wanted) throws IOException {
      this.queuePair = queuePair;
      for (IbvSendWR one : wanted) {
        requests.add(new SendRequest(one));
      }
    }

    @Override
    public SVCPostSend execute() throws IOException {
      queuePair.send(requests);
      return this;
    }

    @Override
    public SendWRMod getWrMod(int index) {
      return requests.get(index);
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCPostSend free() {
      valid = false;
      return this;
    }
  }

  /** Room for messages. */
  static final class PostReceive extends SVCPostRecv {
    private final PortQueuePair queuePair;
    private final List<ReceiveRequest> requests = new ArrayList<>();
    private boolean valid = true;

    PostReceive(PortQueuePair queuePair, List<IbvRecvWR> wanted) throws IOException {
      this.queuePair = queuePair;
      for (IbvRecvWR one : wanted) {
        requests.add(new ReceiveRequest(one));
      }
    }

    @Override
    public SVCPostRecv execute() throws IOException {
      queuePair.receive(requests);
      return this;
    }

    @Override
    public RecvWRMod getWrMod(int index) {
      return requests.get(index);
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCPostRecv free() {
      valid = false;
      return this;
    }
  }

  /** Looks for completions. */
  static final class Poll extends SVCPollCq {
    private final PortCompletionQueue queue;
    private final IbvWC[] into;
    private final int most;
    private int found;
    private boolean valid = true;

    Poll(PortCompletionQueue queue, IbvWC[] into, int most) {
      this.queue = queue;
      this.into = into;
      this.most = most;
    }

    @Override
    public SVCPollCq execute() throws IOException {
      found = Calls.open(queue, queue.isOpen()).take(into, most);
      return this;
    }

    @Override
    public int getPolls() {
      return found;
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCPollCq free() {
      valid = false;
      return this;
    }
  }

  /** Asks to be told of the next completion. */
  static final class Notify extends SVCReqNotify {
    private final PortCompletionQueue queue;
    private boolean valid = true;

    Notify(PortCompletionQueue queue) {
      this.queue = queue;
    }

    @Override
    public SVCReqNotify execute() throws IOException {
      Calls.open(queue, queue.isOpen()).arm();
      return this;
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCReqNotify free() {
      valid = false;
      return this;
    }
  }

  /** Registers memory. */
  static final class Register extends SVCRegMr {
    private final PortDomain domain;
    private final MemorySegment memory;
    private final int access;
    private @Nullable PortRegion made;
    private boolean valid = true;

    Register(PortDomain domain, MemorySegment memory, int access) {
      this.domain = domain;
      this.memory = memory;
      this.access = access;
    }

    @Override
    public SVCRegMr execute() throws IOException {
      Calls.open(domain, domain.isOpen());
      MemoryRegion region = Calls.io(() -> domain.domain().register(memory, portAccess(access)));
      domain.add(region);
      made = new PortRegion(domain, region, access);
      return this;
    }

    private static int portAccess(int access) {
      int all = (access & IbvMr.IBV_ACCESS_REMOTE_READ) != 0 ? ProtectionDomain.REMOTE_READ : 0;
      all |= (access & IbvMr.IBV_ACCESS_REMOTE_WRITE) != 0 ? ProtectionDomain.REMOTE_WRITE : 0;
      all |= (access & IbvMr.IBV_ACCESS_REMOTE_ATOMIC) != 0 ? ProtectionDomain.REMOTE_ATOMIC : 0;
      return all;
    }

    @Override
    public IbvMr getMr() {
      return Objects.requireNonNull(made, "not executed yet");
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCRegMr free() {
      valid = false;
      return this;
    }
  }

  /** Gives a registration back. */
  static final class Deregister extends SVCDeregMr {
    private final PortRegion region;
    private boolean valid = true;

    Deregister(PortRegion region) {
      this.region = region;
    }

    @Override
    public SVCDeregMr execute() throws IOException {
      region.deregister();
      return this;
    }

    @Override
    public boolean isValid() {
      return valid;
    }

    @Override
    public SVCDeregMr free() {
      valid = false;
      return this;
    }
  }
}
