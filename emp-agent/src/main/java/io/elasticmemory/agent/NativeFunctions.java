package io.elasticmemory.agent;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.thread.SpaceThreads;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Handles for {@code malloc} and its like that a program links itself: they come to know the space.
 * So do those whose function is told with each call, and those that keep errno. A handle of any
 * other type than the C function has stays as it is.
 *
 * <p>In a program that ran before the agent came there may be handles for {@code free} that do not
 * know the space, and must not be given its memory. So there a package gets memory of the space
 * only after it has made a handle for {@code free} since.
 *
 * <p>Called by any thread of the program.
 */
final class NativeFunctions {
  private static final MethodHandle IS_AT =
      find("isAt", MethodType.methodType(boolean.class, long.class, MemorySegment.class));

  private final Redirector redirector;
  private final Contents contents;
  private final boolean attached;

  /** Whether it has a handle for free that knows the space, for each package that links any. */
  private final Map<String, AtomicBoolean> canFree = new ConcurrentHashMap<>();

  /** Addresses by name, found at the first link; the functions never move. */
  private volatile Map<String, Long> addresses = Map.of();

  /** C's own, for what was ordinary memory; made at the first link. */
  private volatile @Nullable MethodHandle freeOfC;

  /**
   * None yet.
   *
   * @param attached whether the program ran before
   */
  NativeFunctions(Redirector redirector, Contents contents, boolean attached) {
    this.redirector = redirector;
    this.contents = contents;
    this.attached = attached;
  }

  /**
   * The handle to be used instead of one that was made.
   *
   * @param arguments with which it was made: the function's address, if it is known then, its type,
   *     options
   */
  MethodHandle link(Object[] arguments, MethodHandle handle) {
    Turn turn = Turn.current();
    if (turn.inside || SpaceThreads.isOwn()) {
      return handle;
    }
    turn.inside = true;
    try {
      return arguments[0] instanceof MemorySegment symbol
          ? bound(symbol.address(), (FunctionDescriptor) arguments[1], handle)
          : unbound((FunctionDescriptor) arguments[0], handle);
    } catch (RuntimeException e) {
      AgentLog.sayOnce("link", "calls of malloc through a linker stay ordinary: " + e);
      return handle;
    } finally {
      turn.inside = false;
    }
  }

  private MethodHandle bound(long address, FunctionDescriptor function, MethodHandle handle) {
    for (Entry<String, Long> known : addresses().entrySet()) {
      if (known.getValue() == address) {
        return bound(known.getKey(), new HandleShape(handle.type(), function, false), handle);
      }
    }
    return handle;
  }

  private MethodHandle bound(String name, HandleShape shape, MethodHandle handle) {
    if (!shape.isOf(CFunctions.cType(name))) {
      return handle;
    }
    AtomicBoolean known = canFree();
    if (name.equals("free")) {
      known.set(true);
    }
    return shape.fromCommon(redirected(name, shape.toCommon(handle), known));
  }

  /** Every function of this type may be called through it: each call looks which one it is. */
  private MethodHandle unbound(FunctionDescriptor function, MethodHandle handle) {
    HandleShape shape = new HandleShape(handle.type(), function, true);
    MethodHandle original = null;
    MethodHandle chosen = null;
    for (Entry<String, Long> known : addresses().entrySet()) {
      if (shape.isOf(CFunctions.cType(known.getKey()))) {
        original = original == null ? shape.toCommon(handle) : original;
        chosen =
            MethodHandles.guardWithTest(
                MethodHandles.insertArguments(IS_AT, 0, known.getValue()),
                redirected(known.getKey(), original, canFree()),
                chosen == null ? original : chosen);
      }
    }
    return chosen == null ? handle : shape.fromCommon(chosen);
  }

  /** That of the package that is making a handle. */
  private AtomicBoolean canFree() {
    return canFree.computeIfAbsent(
        attached ? Callers.packageOfCaller() : "", _ -> new AtomicBoolean(!attached));
  }

  private MethodHandle redirected(String name, MethodHandle original, AtomicBoolean known) {
    return new CFunctions(redirector, contents, known, freeOfC()).around(name, original);
  }

  private MethodHandle freeOfC() {
    MethodHandle made = freeOfC;
    if (made == null) {
      Linker linker = Linker.nativeLinker();
      made =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(JAVA_LONG));
      freeOfC = made;
    }
    return made;
  }

  private Map<String, Long> addresses() {
    Map<String, Long> known = addresses;
    if (known.isEmpty()) {
      Map<String, Long> found = new HashMap<>();
      for (String name : CFunctions.NAMES) {
        Linker.nativeLinker()
            .defaultLookup()
            .find(name)
            .ifPresent(symbol -> found.put(name, symbol.address()));
      }
      known = Map.copyOf(found);
      addresses = known;
    }
    return known;
  }

  private static MethodHandle find(String name, MethodType type) {
    try {
      return MethodHandles.lookup().findStatic(NativeFunctions.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Found by its name. */
  @SuppressWarnings("UnusedMethod")
  private static boolean isAt(long address, MemorySegment symbol) {
    return symbol.address() == address;
  }
}
