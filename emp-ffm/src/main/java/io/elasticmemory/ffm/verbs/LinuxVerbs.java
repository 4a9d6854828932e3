package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** RDMA by librdmacm and libibverbs. */
public final class LinuxVerbs implements Verbs {
  private static final int NAME_BYTES_MAX = 64;

  @Override
  public List<VerbsDevice> devices() {
    Libraries.require();
    List<VerbsDevice> devices = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      long list = VerbsCalls.GET_DEVICE_LIST.call(count.address());
      if (list == 0) {
        // ENOSYS: the kernel has no module for it.
        return List.of();
      }
      int there = count.get(JAVA_INT, 0);
      MemorySegment pointers =
          MemorySegment.ofAddress(list).reinterpret(there * JAVA_LONG.byteSize());
      for (int i = 0; i < there; i++) {
        devices.add(describe(pointers.getAtIndex(JAVA_LONG, i)));
      }
      VerbsCalls.FREE_DEVICE_LIST.call(list);
    }
    return List.copyOf(devices);
  }

  private static VerbsDevice describe(long device) {
    String name = nameOf(device);
    long context = VerbsCalls.OPEN_DEVICE.call(device);
    if (context == 0) {
      throw Failures.platform(
          "opening RDMA device " + name,
          -Errno.last(),
          "have access to /dev/infiniband/uverbs*, and a provider for it in ibverbs-providers");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(VerbsLayout.DEVICE_ATTR);
      long result = VerbsCalls.QUERY_DEVICE.call(context, found.address());
      Failures.require(-Math.abs(result), "querying RDMA device " + name, "look at ibv_devinfo");
      return new VerbsDevice(
          name,
          number(found, "atomic_cap") != VerbsConstants.IBV_ATOMIC_NONE,
          regionBytesMax(found),
          number(found, "max_mr"),
          number(found, "max_qp_wr"),
          number(found, "max_cqe"),
          Math.min(number(found, "max_qp_rd_atom"), number(found, "max_qp_init_rd_atom")));
    } finally {
      VerbsCalls.CLOSE_DEVICE.call(context);
    }
  }

  /** Unsigned, and all ones where there is no limit. */
  private static long regionBytesMax(MemorySegment found) {
    long bytes = found.get(JAVA_LONG, VerbsLayout.offset(VerbsLayout.DEVICE_ATTR, "max_mr_size"));
    return bytes < 0 ? Long.MAX_VALUE : bytes;
  }

  private static int number(MemorySegment found, String member) {
    return found.get(JAVA_INT, VerbsLayout.offset(VerbsLayout.DEVICE_ATTR, member));
  }

  /** The name of a {@code struct ibv_device}. */
  static String nameOf(long device) {
    long name = VerbsCalls.GET_DEVICE_NAME.call(device);
    return MemorySegment.ofAddress(name).reinterpret(NAME_BYTES_MAX).getString(0);
  }

  @Override
  public EventChannel openChannel() {
    Libraries.require();
    return CmEventChannel.open();
  }
}
