package io.elasticmemory.agent;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/** The class of the hooks inside {@code java.base}, told what is to be done. */
final class Hooks {
  /** Redirects nothing new. */
  private static final long NO_SIZE = Long.MAX_VALUE;

  private final Constructor<?> constructor;
  private final Method install;

  Hooks(Class<?> hooks) throws NoSuchMethodException {
    constructor = hooks.getConstructors()[0];
    install = hooks.getMethod("install");
  }

  /**
   * Allocations go to the redirector, and frees of addresses in the space.
   *
   * @param base of the space
   * @param capacityBytes of the space, 0 while it is being opened
   */
  void redirect(Redirector redirector, long base, long capacityBytes) {
    install(redirector, redirector.minBytes(), base, capacityBytes);
  }

  /** Nothing more goes to it; what is in the space can be freed. */
  void retire(Redirector redirector) {
    install(redirector, NO_SIZE, redirector.base(), redirector.capacityBytes());
  }

  private void install(Redirector redirector, long minBytes, long base, long capacityBytes) {
    LongPredicate reserve = redirector::reserve;
    LongPredicate unreserve = redirector::unreserve;
    LongUnaryOperator allocate = redirector::allocate;
    LongConsumer free = redirector::free;
    LongBinaryOperator reallocate = redirector::reallocate;
    LongBinaryOperator isFresh = redirector::isFresh;
    IntFunction<LongBinaryOperator> set = redirector::set;
    BiFunction<Object[], MethodHandle, MethodHandle> link = redirector::link;
    Consumer<Object> serverMade = redirector::serverMade;
    Predicate<Object> isReachable = redirector::isReachable;
    try {
      Object hooks =
          constructor.newInstance(
              minBytes,
              base,
              capacityBytes,
              reserve,
              unreserve,
              allocate,
              free,
              reallocate,
              isFresh,
              set,
              link,
              serverMade,
              isReachable);
      Object _ = install.invoke(hooks);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the hooks of the agent's jar do not fit its classes", e);
    }
  }
}
