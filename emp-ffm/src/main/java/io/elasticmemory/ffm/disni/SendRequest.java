package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC.IbvWcOpcode;
import com.ibm.disni.verbs.SVCPostSend.RdmaMod;
import com.ibm.disni.verbs.SVCPostSend.SendWRMod;
import com.ibm.disni.verbs.SVCPostSend.SgeMod;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.MessageQueuePair;
import java.io.IOException;

/**
 * An operation as it was when its call was made, and as it was changed since. It has one range of
 * memory, which is all that the port knows.
 */
final class SendRequest implements SendWRMod {
  private final int opcode;
  private final Remote remote = new Remote();
  private final LocalRange local;
  private final long compareOrAdd;
  private final long swap;
  private long id;
  private int flags;

  /** The remote memory of a read or a write, or the word of an atomic operation. */
  private static final class Remote implements RdmaMod {
    private long address;
    private int key;
    private int reserved;

    @Override
    public void setRemote_addr(long remoteAddress) {
      address = remoteAddress;
    }

    @Override
    public long getRemote_addr() {
      return address;
    }

    @Override
    public void setRkey(int rkey) {
      key = rkey;
    }

    @Override
    public int getRkey() {
      return key;
    }

    @Override
    public void setReserved(int value) {
      reserved = value;
    }

    @Override
    public int getReserved() {
      return reserved;
    }
  }

  SendRequest(IbvSendWR wanted) throws IOException {
    opcode = wanted.getOpcode();
    id = wanted.getWr_id();
    flags = wanted.getSend_flags();
    local = LocalRange.only(wanted.getSg_list());
    compareOrAdd = wanted.getAtomic().getCompare_add();
    swap = wanted.getAtomic().getSwap();
    boolean isAtomic = isAtomic();
    remote.address =
        isAtomic ? wanted.getAtomic().getRemote_addr() : wanted.getRdma().getRemote_addr();
    remote.key = isAtomic ? wanted.getAtomic().getRkey() : wanted.getRdma().getRkey();
    endOpcode(); // refuses what there is not
  }

  private boolean isAtomic() {
    return opcode == IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP
        || opcode == IbvSendWR.IBV_WR_ATOMIC_FETCH_AND_ADD;
  }

  /** What its completion calls it. */
  int endOpcode() throws IOException {
    IbvWcOpcode end =
        switch (opcode) {
          case IbvSendWR.IBV_WR_SEND -> IbvWcOpcode.IBV_WC_SEND;
          case IbvSendWR.IBV_WR_RDMA_WRITE -> IbvWcOpcode.IBV_WC_RDMA_WRITE;
          case IbvSendWR.IBV_WR_RDMA_READ -> IbvWcOpcode.IBV_WC_RDMA_READ;
          case IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP -> IbvWcOpcode.IBV_WC_COMP_SWAP;
          case IbvSendWR.IBV_WR_ATOMIC_FETCH_AND_ADD -> IbvWcOpcode.IBV_WC_FETCH_ADD;
          default ->
              throw new IOException(
                  "opcode "
                      + opcode
                      + ": there are SEND, RDMA_WRITE, RDMA_READ and the two atomic ones, none with"
                      + " immediate data");
        };
    return end.getOpcode();
  }

  /** Refuses what cannot be prepared. */
  void require(PortDomain domain) throws IOException {
    if ((flags & IbvSendWR.IBV_SEND_FENCE) != 0) {
      throw new IOException("IBV_SEND_FENCE is not there: wait for the reads before it instead");
    }
    local.require(domain);
  }

  void prepare(MessageQueuePair pair, PortDomain domain, long mark) throws IOException {
    boolean isReported = (flags & IbvSendWR.IBV_SEND_SIGNALED) != 0;
    MemoryRegion region = local.region(domain);
    long at = local.offset(region);
    int bytes = local.getLength();
    Calls.io(
        () -> {
          switch (opcode) {
            case IbvSendWR.IBV_WR_SEND -> pair.send(mark, isReported, region, at, bytes);
            case IbvSendWR.IBV_WR_RDMA_WRITE ->
                pair.write(mark, isReported, region, at, bytes, remote.address, remote.key);
            case IbvSendWR.IBV_WR_RDMA_READ ->
                pair.read(mark, isReported, region, at, bytes, remote.address, remote.key);
            case IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP ->
                pair.compareAndSwap(
                    mark, region, at, remote.address, remote.key, compareOrAdd, swap);
            default -> pair.fetchAndAdd(mark, region, at, remote.address, remote.key, compareOrAdd);
          }
        });
  }

  // ---- what DiSNI's users change

  @Override
  public void setWr_id(long wrId) {
    id = wrId;
  }

  @Override
  public void setSend_flags(int sendFlags) {
    flags = sendFlags;
  }

  @Override
  public long getWr_id() {
    return id;
  }

  @Override
  public int getNum_sge() {
    return 1;
  }

  @Override
  public int getOpcode() {
    return opcode;
  }

  @Override
  public int getSend_flags() {
    return flags;
  }

  @Override
  public RdmaMod getRdmaMod() {
    return remote;
  }

  @Override
  public SgeMod getSgeMod(int index) {
    return local;
  }
}
