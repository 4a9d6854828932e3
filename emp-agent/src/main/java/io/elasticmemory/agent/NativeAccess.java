package io.elasticmemory.agent;

import java.lang.reflect.Method;

/**
 * Allows native calls to code on class paths, which the agent's own is part of: the manifest of an
 * agent's jar cannot ask for it, and a program that knows nothing of EMP has not been started with
 * {@code --enable-native-access}. The JVM has no way to allow them to one loader's classes only.
 */
final class NativeAccess {
  private NativeAccess() {}

  /** Allows them; java.lang must be open to this class. */
  static void allow() throws ReflectiveOperationException {
    Method allow = Module.class.getDeclaredMethod("implAddEnableNativeAccessToAllUnnamed");
    allow.setAccessible(true);
    Object _ = allow.invoke(null);
  }
}
