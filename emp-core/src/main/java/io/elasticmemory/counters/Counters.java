package io.elasticmemory.counters;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one shard on their shared page. Each is written by one thread, anyone reads; a
 * reader sees each counter whole but not all of them at one moment. {@link ShardCounters} has those
 * of a space.
 */
public final class Counters {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final MemorySegment page;

  /** Counters on a page, see {@link CountersLayout}. */
  public Counters(MemorySegment page) {
    if (page.byteSize() < CountersLayout.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "a counters page has " + CountersLayout.PAGE_BYTES + " bytes, not " + page.byteSize());
    }
    this.page = page;
  }

  /**
   * Writes the header of a new page.
   *
   * @param blockBytes of the space
   */
  public void format(int blockBytes) {
    page.set(JAVA_INT, CountersLayout.VERSION_AT, CountersLayout.VERSION);
    page.set(JAVA_INT, CountersLayout.COUNT_AT, Counter.values().length);
    page.set(JAVA_INT, CountersLayout.BLOCK_BYTES_AT, blockBytes);
    page.set(JAVA_LONG, CountersLayout.MAGIC_AT, CountersLayout.MAGIC);
  }

  /** Process id of the pager that counts, 0 before the first has started. */
  public long pagerPid() {
    return (long) LONG.getOpaque(page, CountersLayout.PAGER_PID_AT);
  }

  /** Says who counts from now on. */
  public void pagerPid(long pid) {
    LONG.setOpaque(page, CountersLayout.PAGER_PID_AT, pid);
  }

  /** Process id of the pager that is ready to take over, 0 if none is. */
  public long standbyPid() {
    return (long) LONG.getOpaque(page, CountersLayout.STANDBY_PID_AT);
  }

  /** Says who is ready to take over, 0 if nobody is. */
  public void standbyPid(long pid) {
    LONG.setOpaque(page, CountersLayout.STANDBY_PID_AT, pid);
  }

  /** Why the program has changed the DRAM budget last; of a later version, NONE. */
  public BudgetReason budgetReason() {
    int reason = (int) INT.getOpaque(page, CountersLayout.BUDGET_REASON_AT);
    BudgetReason[] all = BudgetReason.values();
    return reason >= 0 && reason < all.length ? all[reason] : BudgetReason.NONE;
  }

  /** Says why the program changes the DRAM budget; one thread of the program only. */
  public void budgetReason(BudgetReason reason) {
    INT.setOpaque(page, CountersLayout.BUDGET_REASON_AT, reason.ordinal());
  }

  /**
   * The build of the pager that counts, as text; empty if it is not known. It is shown on terminals
   * of others, root's for instance, so it ends at the first byte that would be no letter there.
   */
  public String build() {
    byte[] text = page.asSlice(CountersLayout.BUILD_AT, CountersLayout.BUILD_BYTES).toArray(BYTE);
    int end = 0;
    while (end < text.length && text[end] >= ' ' && text[end] <= '~') {
      end++;
    }
    return new String(text, 0, end, US_ASCII);
  }

  /** Says which build counts from now on. */
  public void build(String build) {
    byte[] text = Arrays.copyOf(build.getBytes(US_ASCII), CountersLayout.BUILD_BYTES);
    MemorySegment.copy(text, 0, page, BYTE, CountersLayout.BUILD_AT, text.length);
  }

  /** The length of a block, which is the unit of slots; 0 before the page is formatted. */
  public int blockBytes() {
    return page.get(JAVA_INT, CountersLayout.BLOCK_BYTES_AT);
  }

  /** Adds; the writing thread only. */
  public void add(Counter counter, long amount) {
    long at = CountersLayout.at(counter);
    LONG.setOpaque(page, at, page.get(JAVA_LONG, at) + amount);
  }

  /** Sets a gauge; the writing thread only. */
  public void set(Counter counter, long value) {
    LONG.setOpaque(page, CountersLayout.at(counter), value);
  }

  /** Reads one counter. */
  public long get(Counter counter) {
    return (long) LONG.getOpaque(page, CountersLayout.at(counter));
  }

  /** Reads all of them. */
  public Map<Counter, Long> snapshot() {
    Map<Counter, Long> values = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      values.put(counter, get(counter));
    }
    return values;
  }
}
