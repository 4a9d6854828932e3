package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;

/**
 * Mutexes in memory that processes share. Results are what C returns: 0, or an {@link Errno}, not
 * negated.
 */
public final class ThreadCalls {
  private static final NativeFunction ATTRIBUTES_INIT = returningInt("pthread_mutexattr_init");
  private static final NativeFunction SET_SHARED = returningInt("pthread_mutexattr_setpshared");
  private static final NativeFunction SET_ROBUST = returningInt("pthread_mutexattr_setrobust");
  private static final NativeFunction INIT = returningInt("pthread_mutex_init");
  private static final NativeFunction LOCK = returningInt("pthread_mutex_lock");
  private static final NativeFunction TRY_LOCK = returningInt("pthread_mutex_trylock");
  private static final NativeFunction UNLOCK = returningInt("pthread_mutex_unlock");
  private static final NativeFunction CONSISTENT = returningInt("pthread_mutex_consistent");

  private ThreadCalls() {}

  /** Fills a {@link Structs#MUTEX_ATTRIBUTES} at the address. */
  public static long mutexAttributesInit(long attributesAddress) {
    return ATTRIBUTES_INIT.call(attributesAddress);
  }

  public static long mutexAttributesSetShared(long attributesAddress, int shared) {
    return SET_SHARED.call(attributesAddress, shared);
  }

  public static long mutexAttributesSetRobust(long attributesAddress, int robust) {
    return SET_ROBUST.call(attributesAddress, robust);
  }

  /** Makes a {@link Structs#MUTEX} at the address. */
  public static long mutexInit(long mutexAddress, long attributesAddress) {
    return INIT.call(mutexAddress, attributesAddress);
  }

  public static long mutexLock(long mutexAddress) {
    return LOCK.call(mutexAddress);
  }

  public static long mutexTryLock(long mutexAddress) {
    return TRY_LOCK.call(mutexAddress);
  }

  public static long mutexUnlock(long mutexAddress) {
    return UNLOCK.call(mutexAddress);
  }

  /** Says that what a mutex guards is as it should be, after its owner has died. */
  public static long mutexConsistent(long mutexAddress) {
    return CONSISTENT.call(mutexAddress);
  }
}
