package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;

/**
 * Starting a program with descriptors of our choice. These functions return an error number itself,
 * 0 if there was none; the addresses are of {@link Structs}.
 */
public final class SpawnCalls {
  private static final NativeFunction SPAWN = returningInt("posix_spawn");
  private static final NativeFunction ACTIONS_INIT = actions("init");
  private static final NativeFunction ACTIONS_DESTROY = actions("destroy");
  private static final NativeFunction ACTIONS_DUP2 = actions("adddup2");
  private static final NativeFunction ACTIONS_OPEN = actions("addopen");
  private static final NativeFunction ACTIONS_CLOSE_FROM = actions("addclosefrom_np");
  private static final NativeFunction ATTRIBUTES_INIT = attributes("init");
  private static final NativeFunction ATTRIBUTES_DESTROY = attributes("destroy");
  private static final NativeFunction ATTRIBUTES_FLAGS = attributes("setflags");
  private static final NativeFunction ATTRIBUTES_SIGNAL_MASK = attributes("setsigmask");
  private static final NativeFunction PIPE2 = returningInt("pipe2");

  private SpawnCalls() {}

  private static NativeFunction actions(String verb) {
    return returningInt("posix_spawn_file_actions_" + verb);
  }

  private static NativeFunction attributes(String verb) {
    return returningInt("posix_spawnattr_" + verb);
  }

  /** Starts a program and puts its process id, 4 bytes, at an address. */
  public static long spawn(
      long pidAddress, long path, long actions, long attributes, long words, long environment) {
    return SPAWN.call(pidAddress, path, actions, attributes, words, environment);
  }

  public static long actionsInit(long actions) {
    return ACTIONS_INIT.call(actions);
  }

  public static void actionsDestroy(long actions) {
    ACTIONS_DESTROY.call(actions);
  }

  public static long addDup2(long actions, int from, int to) {
    return ACTIONS_DUP2.call(actions, from, to);
  }

  public static long addOpen(long actions, int to, long path, int flags) {
    return ACTIONS_OPEN.call(actions, to, path, flags, 0);
  }

  /** Closes this and every higher descriptor; glibc 2.34 or newer. */
  public static long addCloseFrom(long actions, int from) {
    return ACTIONS_CLOSE_FROM.call(actions, from);
  }

  public static long attributesInit(long attributes) {
    return ATTRIBUTES_INIT.call(attributes);
  }

  public static void attributesDestroy(long attributes) {
    ATTRIBUTES_DESTROY.call(attributes);
  }

  public static long setFlags(long attributes, int flags) {
    return ATTRIBUTES_FLAGS.call(attributes, flags);
  }

  public static long setSignalMask(long attributes, long set) {
    return ATTRIBUTES_SIGNAL_MASK.call(attributes, set);
  }

  /** {@code pipe2}, with a result as elsewhere: puts two descriptors at the address. */
  public static long pipe(long pairAddress, int flags) {
    return PIPE2.call(pairAddress, flags);
  }
}
