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

  private final Redirections redirections;
  private final Constructor<?> constructor;
  private final Method install;

  /**
   * Does nothing yet.
   *
   * @param hooks the class
   * @param redirections what asks it
   * @throws UnsupportedOperationException if it is that of an agent of another version
   */
  Hooks(Class<?> hooks, Redirections redirections) throws NoSuchMethodException {
    this.redirections = redirections;
    constructor = constructor(hooks);
    install = hooks.getMethod("install");
  }

  private static Constructor<?> constructor(Class<?> hooks) {
    Class<?>[] types = EmpHooks.class.getConstructors()[0].getParameterTypes();
    try {
      return hooks.getConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new UnsupportedOperationException(
          "an agent of another version was loaded into this JVM before; start the program anew", e);
    }
  }

  /**
   * Allocations go to the redirector, and frees of addresses in the space.
   *
   * @param base of the space
   * @param capacityBytes of the space, 0 while it is being opened
   */
  void redirect(Answers answers, long base, long capacityBytes) {
    install(answers, answers.redirector().minBytes(), base, capacityBytes);
  }

  /** Nothing more goes there; what is in a space can be freed. Another agent may come. */
  void retire(Answers answers) {
    Redirector redirector = answers.redirector();
    install(answers, NO_SIZE, redirector.base(), redirector.capacityBytes());
    redirections.release();
  }

  private void install(Answers answers, long minBytes, long base, long capacityBytes) {
    Redirector redirector = answers.redirector();
    LongPredicate reserve = redirector::reserve;
    LongPredicate unreserve = redirector::unreserve;
    LongUnaryOperator allocate = redirector::allocate;
    LongConsumer free = redirector::free;
    LongBinaryOperator reallocate = answers.contents()::reallocate;
    LongBinaryOperator isFresh = redirector::isFresh;
    IntFunction<LongBinaryOperator> set = answers.contents()::set;
    BiFunction<Object[], MethodHandle, MethodHandle> link = answers.functions()::link;
    Consumer<Object> serverMade = answers.management()::serverMade;
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
