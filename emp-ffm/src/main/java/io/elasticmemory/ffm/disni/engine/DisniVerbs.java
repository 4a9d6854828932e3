package io.elasticmemory.ffm.disni.engine;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.verbs.EventChannel;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.port.verbs.VerbsDevice;
import java.util.List;

/** RDMA by DiSNI. Made anywhere, but refuses where DiSNI or its native half is missing. */
public final class DisniVerbs implements Verbs {
  /** What all devices are called: DiSNI does not say it. */
  static final String DEVICE = "disni";

  private static final boolean ATOMICS = false;
  private static final int REGIONS_MAX = 1 << 16;
  private static final int SLOTS_MAX = 1 << 10;
  private static final int COMPLETIONS_MAX = 1 << 12;
  private static final int READS_MAX = 1;

  /**
   * One for all there are. DiSNI cannot ask them for their limits: these are what every adapter
   * has.
   */
  @Override
  public List<VerbsDevice> devices() {
    requireDisni();
    return List.of(
        new VerbsDevice(
            DEVICE,
            ATOMICS,
            Integer.MAX_VALUE,
            REGIONS_MAX,
            SLOTS_MAX,
            COMPLETIONS_MAX,
            READS_MAX));
  }

  @Override
  public EventChannel openChannel() {
    requireDisni();
    return DisniEventChannel.open();
  }

  private static void requireDisni() {
    try {
      DisniLibrary.require();
    } catch (NoClassDefFoundError e) {
      throw new EmpException(
          Kind.PLATFORM,
          "engine=disni needs DiSNI: put com.ibm.disni:disni:2.1 and slf4j-api where the program"
              + " and its pager find them, or leave engine=disni out, as EMP needs no DiSNI",
          e);
    }
  }
}
