package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.SVCPostSend.SgeMod;
import io.elasticmemory.port.verbs.MemoryRegion;
import java.io.IOException;
import java.util.List;

/** The memory of a request, as DiSNI names it. */
final class LocalRange implements SgeMod {
  private long address;
  private int length;
  private int key;

  private LocalRange(IbvSge wanted) {
    address = wanted.getAddr();
    length = wanted.getLength();
    key = wanted.getLkey();
  }

  /** The one of a list. */
  static LocalRange only(List<IbvSge> ranges) throws IOException {
    if (ranges.size() != 1) {
      throw new IOException(
          "a request has one range of memory here, not " + ranges.size() + ": split or copy it");
    }
    return new LocalRange(ranges.getFirst());
  }

  MemoryRegion region(PortDomain domain) throws IOException {
    return domain.region(key);
  }

  /** Refuses a range that is not inside a region of the domain. */
  void require(PortDomain domain) throws IOException {
    MemoryRegion region = region(domain);
    long offset = offset(region);
    if (length < 1 || offset < 0 || offset > region.memory().byteSize() - length) {
      throw new IOException(
          "%d bytes at 0x%x are not in the region of %d bytes at 0x%x"
              .formatted(length, address, region.memory().byteSize(), region.remoteAddress()));
    }
  }

  /** Where it begins in its region; beyond it if it is not in there. */
  long offset(MemoryRegion region) {
    return address - region.remoteAddress();
  }

  @Override
  public void setAddr(long addr) {
    address = addr;
  }

  @Override
  public long getAddr() {
    return address;
  }

  @Override
  public void setLength(int bytes) {
    length = bytes;
  }

  @Override
  public int getLength() {
    return length;
  }

  @Override
  public void setLkey(int lkey) {
    key = lkey;
  }

  @Override
  public int getLkey() {
    return key;
  }
}
