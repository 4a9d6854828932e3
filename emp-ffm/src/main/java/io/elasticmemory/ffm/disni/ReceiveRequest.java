package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.SVCPostRecv.RecvWRMod;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import java.io.IOException;

/** Room for a message. */
final class ReceiveRequest implements RecvWRMod {
  private final long id;
  private final LocalRange local;

  ReceiveRequest(IbvRecvWR wanted) throws IOException {
    id = wanted.getWr_id();
    local = LocalRange.only(wanted.getSg_list());
  }

  boolean give(MessageQueuePair pair, PortDomain domain, long mark) throws IOException {
    local.require(domain);
    MemoryRegion region = local.region(domain);
    return Calls.io(() -> pair.receive(mark, region, local.offset(region), local.getLength()));
  }

  @Override
  public long getWr_id() {
    return id;
  }
}
