package io.elasticmemory.agent;

import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the rewritten methods of the JDK call. They cannot reach the agent, so this class is defined
 * a second time inside {@code java.base}, by another name ({@link Redirection#HOOKS}), and is told
 * there what to do, in types of the JDK. So it must use nothing but those. Until then, and for
 * everything small or elsewhere, each method here is a compare and a branch.
 *
 * <p>The sizes and addresses are those of the methods that call.
 *
 * @param minBytes smaller allocations are not redirected
 * @param base first address of the space
 * @param capacityBytes of the space, 0 while it is not open
 * @param reserve whether an allocation of this size is not to be counted as direct memory
 * @param unreserve whether the free before this was of memory that is not counted
 * @param allocate the address of so many bytes, or 0 for ordinary memory
 * @param free takes back what begins at this address of the space
 * @param reallocate the address of memory of the new size with the contents of the old; 0 for
 *     ordinary memory that stays so
 * @param isFresh 1 if the range was just allocated by this thread, and is zero
 * @param set gives what sets a range of the space to a value
 * @param link the handle to be used for a native function: its address, its type, options
 * @param serverMade told of the platform's MBean server
 * @param isReachable whether the kernel can be given this direct buffer, present or not
 */
public record EmpHooks(
    long minBytes,
    long base,
    long capacityBytes,
    LongPredicate reserve,
    LongPredicate unreserve,
    LongUnaryOperator allocate,
    LongConsumer free,
    LongBinaryOperator reallocate,
    LongBinaryOperator isFresh,
    IntFunction<LongBinaryOperator> set,
    BiFunction<Object[], MethodHandle, MethodHandle> link,
    Consumer<Object> serverMade,
    Predicate<Object> isReachable) {
  /** What is set in one piece is no larger, so that a safepoint waits for no more. */
  private static final long SET_BYTES_MAX = 1L << 20;

  /**
   * Volatile, so that whoever meets an address of the space knows that it is one: memory is given
   * out after this was written. A volatile read is an ordinary one on x86-64.
   */
  private static volatile @Nullable EmpHooks current;

  /** From now on this is done. */
  public void install() {
    current = this;
  }

  private boolean holds(long address) {
    return Long.compareUnsigned(address - base, capacityBytes) < 0;
  }

  /** In {@code Unsafe.allocateMemory}: the address, or 0 to go on. */
  public static long allocate(long bytes) {
    EmpHooks hooks = current;
    return hooks == null || bytes < hooks.minBytes ? 0 : hooks.allocate.applyAsLong(bytes);
  }

  /** In {@code Unsafe.freeMemory}: true if it is done. */
  public static boolean free(long address) {
    EmpHooks hooks = current;
    if (hooks == null || !hooks.holds(address)) {
      return false;
    }
    hooks.free.accept(address);
    return true;
  }

  /** In {@code Unsafe.reallocateMemory}: the address, or 0 to go on. */
  public static long reallocate(long address, long bytes) {
    EmpHooks hooks = current;
    if (hooks == null || bytes <= 0 || (bytes < hooks.minBytes && !hooks.holds(address))) {
      return 0;
    }
    return hooks.reallocate.applyAsLong(address, bytes);
  }

  /** In {@code Unsafe.setMemory}: true if it is done. */
  public static boolean set(@Nullable Object object, long offset, long bytes, byte value) {
    EmpHooks hooks = current;
    if (bytes <= SET_BYTES_MAX || object != null || hooks == null || !hooks.holds(offset)) {
      return false;
    }
    long _ = hooks.set.apply(value).applyAsLong(offset, bytes);
    return true;
  }

  /** In {@code Bits.reserveMemory}: true if nothing is to be counted. */
  public static boolean reserve(long bytes, long capacity) {
    EmpHooks hooks = current;
    return hooks != null && bytes >= hooks.minBytes && hooks.reserve.test(bytes);
  }

  /** In {@code Bits.unreserveMemory}: true if nothing was counted. */
  public static boolean unreserve(long bytes, long capacity) {
    EmpHooks hooks = current;
    return hooks != null && bytes >= hooks.minBytes && hooks.unreserve.test(bytes);
  }

  /** In {@code Bits.setMemory}, which only fills what was just allocated: true if it is zero. */
  public static boolean isZero(long address, long bytes, byte value) {
    return value == 0 && isZero(address, bytes);
  }

  /** In {@code SegmentFactories.initNativeMemory}: true if it is zero. */
  public static boolean isZero(long address, long bytes) {
    EmpHooks hooks = current;
    return hooks != null && hooks.holds(address) && hooks.isFresh.applyAsLong(address, bytes) != 0;
  }

  /** At the end of {@code Linker.downcallHandle}: the handle to be used. */
  public static MethodHandle link(Object[] arguments, MethodHandle handle) {
    EmpHooks hooks = current;
    return hooks == null ? handle : hooks.link.apply(arguments, handle);
  }

  /** At the end of {@code ManagementFactory.getPlatformMBeanServer}. */
  public static void serverMade(Object server) {
    EmpHooks hooks = current;
    if (hooks != null) {
      hooks.serverMade.accept(server);
    }
  }

  /**
   * In channels that read or write a buffer: whether it is handed to the kernel as it is. If not,
   * its bytes are copied, as those of buffers on the heap are.
   */
  public static boolean isDirect(Object buffer, boolean direct) {
    EmpHooks hooks = current;
    return direct && (hooks == null || hooks.isReachable.test(buffer));
  }
}
