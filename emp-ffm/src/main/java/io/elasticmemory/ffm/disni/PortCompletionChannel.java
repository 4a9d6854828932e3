package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.CompletionQueue;
import java.io.IOException;

/** Where somebody waits for completion queues. */
final class PortCompletionChannel extends IbvCompChannel {
  private final Readiness readiness;

  PortCompletionChannel(IbvContext context, Poller poller) throws IOException {
    super(0, context);
    readiness = new Readiness(poller);
  }

  void add(CompletionQueue queue) {
    readiness.add(queue, queue::disarm);
  }

  void remove(CompletionQueue queue) {
    readiness.remove(queue);
  }

  boolean await(int timeoutMillis) {
    return readiness.await(timeoutMillis);
  }

  void destroy() throws IOException {
    Calls.open(this, isOpen()).close();
    readiness.close();
  }
}
