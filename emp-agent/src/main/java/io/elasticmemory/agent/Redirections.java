package io.elasticmemory.agent;

import io.elasticmemory.agent.Redirection.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the agent rewrites in the JDK. Every allocation of native memory that Java code asks for
 * goes through these few methods, so that the programs above them need not be touched, nor known.
 *
 * <p>Stays registered while there is hope for a space: another agent that rewrites the same classes
 * gets these changes too.
 */
final class Redirections implements ClassFileTransformer {
  private static final String UNSAFE = "jdk/internal/misc/Unsafe";
  private static final String BITS = "java/nio/Bits";
  private static final String SEGMENTS = "jdk/internal/foreign/SegmentFactories";
  private static final String LINKER = "jdk/internal/foreign/abi/AbstractLinker";
  private static final String MANAGEMENT = "java/lang/management/ManagementFactory";
  private static final String HOOKS_NAME = "jdk/internal/misc/EmpHooks";
  private static final String HOOKS_RESOURCE = "io/elasticmemory/agent/EmpHooks.classdata";

  /** What all programs need. */
  private static final List<Redirection> COMMON =
      List.of(
          new Redirection(UNSAFE, "allocateMemory", "(J)J", "allocate", Kind.ANSWERED, true),
          new Redirection(UNSAFE, "freeMemory", "(J)V", "free", Kind.DONE, true),
          new Redirection(UNSAFE, "reallocateMemory", "(JJ)J", "reallocate", Kind.ANSWERED, true),
          new Redirection(UNSAFE, "setMemory", "(Ljava/lang/Object;JJB)V", "set", Kind.DONE, true),
          new Redirection(BITS, "reserveMemory", "(JJ)V", "reserve", Kind.DONE, true),
          new Redirection(BITS, "unreserveMemory", "(JJ)V", "unreserve", Kind.DONE, true),
          new Redirection(BITS, "setMemory", "(JJB)V", "isZero", Kind.DONE, true),
          new Redirection(SEGMENTS, "initNativeMemory", "(JJ)V", "isZero", Kind.DONE, true),
          new Redirection(
              LINKER,
              "downcallHandle",
              "(Ljava/lang/foreign/MemorySegment;Ljava/lang/foreign/FunctionDescriptor;"
                  + "[Ljava/lang/foreign/Linker$Option;)Ljava/lang/invoke/MethodHandle;",
              "link",
              Kind.EXCHANGED,
              false),
          new Redirection(
              LINKER,
              "downcallHandle",
              "(Ljava/lang/foreign/FunctionDescriptor;[Ljava/lang/foreign/Linker$Option;)"
                  + "Ljava/lang/invoke/MethodHandle;",
              "link",
              Kind.EXCHANGED,
              false),
          new Redirection(
              MANAGEMENT,
              "getPlatformMBeanServer",
              "()Ljavax/management/MBeanServer;",
              "serverMade",
              Kind.TOLD,
              false));

  /** Where the kernel cannot wait for absent memory: how channels hand it buffers. */
  private static final List<Redirection> CHANNELS =
      List.of(channel("sun/nio/ch/IOUtil"), channel("sun/nio/ch/DatagramChannelImpl"));

  private final Instrumentation instrumentation;
  private final List<Redirection> all;
  private final Map<String, List<Redirection>> byClass;

  private final Set<Redirection> done = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Throwable failure;

  private Redirections(Instrumentation instrumentation, boolean usermode) {
    this.instrumentation = instrumentation;
    all = usermode ? Stream.concat(COMMON.stream(), CHANNELS.stream()).toList() : COMMON;
    byClass = all.stream().collect(Collectors.groupingBy(Redirection::className));
  }

  private static Redirection channel(String className) {
    return new Redirection(
        className, Redirection.ANY, Redirection.ANY, "isDirect", Kind.JUDGED, true);
  }

  /**
   * Rewrites what is to ask the {@link #hooks}, which have to be there.
   *
   * @param usermode whether the kernel may be unable to wait for absent memory
   * @throws ReflectiveOperationException if this JDK is not as expected; nothing is redirected then
   */
  static Redirections install(Instrumentation instrumentation, boolean usermode)
      throws ReflectiveOperationException {
    Redirections redirections = new Redirections(instrumentation, usermode);
    instrumentation.addTransformer(redirections, true);
    try {
      redirections.rewrite();
      return redirections;
    } catch (ReflectiveOperationException | RuntimeException | Error e) {
      redirections.release();
      throw e;
    }
  }

  /**
   * What is rewritten stays so, and asks hooks that are to have no answer; whoever comes next
   * begins with the JDK's own classes. Twice is harmless.
   */
  void release() {
    boolean _ = instrumentation.removeTransformer(this);
  }

  /** Opens to this class what is rewritten, and what allows native calls. */
  static void open(Instrumentation instrumentation) {
    Set<Module> own = Set.of(Redirections.class.getModule());
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("jdk.internal.misc", own, "java.lang", own),
        Set.of(),
        Map.of());
  }

  /**
   * The class of the hooks: that of an agent that was here before and got no space, or a new one.
   *
   * @throws ReflectiveOperationException if it cannot be defined
   */
  static Class<?> hooks() throws ReflectiveOperationException {
    try {
      return Class.forName(HOOKS_NAME.replace('/', '.'), true, null);
    } catch (ClassNotFoundException e) {
      return defineHooks();
    }
  }

  private static Class<?> defineHooks() throws ReflectiveOperationException {
    Class<?> neighbour = Class.forName("jdk.internal.misc.Unsafe");
    try (InputStream in = Redirections.class.getClassLoader().getResourceAsStream(HOOKS_RESOURCE)) {
      if (in == null) {
        throw new ClassNotFoundException("the agent's jar lacks " + HOOKS_RESOURCE);
      }
      byte[] renamed =
          RenamedClass.of(in.readAllBytes(), internal(EmpHooks.class.getName()), HOOKS_NAME);
      return MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(renamed);
    } catch (IOException e) {
      throw new ClassNotFoundException("the agent's jar cannot be read", e);
    }
  }

  private static String internal(String className) {
    return className.replace('.', '/');
  }

  private void rewrite() throws ReflectiveOperationException {
    // What is not loaded yet is rewritten when it is; what is needed is loaded now.
    for (Redirection redirection : all) {
      if (redirection.isNeeded()) {
        Class<?> _ = Class.forName(redirection.className().replace('/', '.'), false, null);
      }
    }
    try {
      instrumentation.retransformClasses(loaded());
    } catch (UnmodifiableClassException e) {
      throw new ReflectiveOperationException(e);
    }
    Throwable thrown = failure;
    if (thrown != null) {
      throw new ReflectiveOperationException(thrown);
    }
    for (Redirection redirection : all) {
      if (redirection.isNeeded() && !done.contains(redirection)) {
        throw new NoSuchMethodException(
            "this JDK (%s) has no %s.%s%s"
                .formatted(
                    Runtime.version(),
                    redirection.className(),
                    redirection.method(),
                    redirection.type()));
      }
    }
  }

  private Class<?>[] loaded() {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getClassLoader() == null && byClass.containsKey(internal(type.getName()))) {
        loaded.add(type);
      }
    }
    return loaded.toArray(Class<?>[]::new);
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    List<Redirection> redirections = loader == null ? byClass.get(className) : null;
    if (redirections == null) {
      return null;
    }
    try {
      return rewrite(redirections, bytes);
    } catch (RuntimeException | Error e) {
      // The JVM would swallow it and leave the class as it is.
      failure = e;
      return null;
    }
  }

  private byte[] rewrite(List<Redirection> redirections, byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(bytes);
    ClassTransform transform =
        (builder, element) -> {
          Redirection redirection =
              element instanceof MethodModel method ? of(redirections, method) : null;
          if (redirection == null) {
            builder.with(element);
          } else {
            MethodModel method = (MethodModel) element;
            builder.transformMethod(
                method, MethodTransform.transformingCode(redirection.transform(method)));
            done.add(redirection);
          }
        };
    return classFile.transformClass(model, transform);
  }

  private static @Nullable Redirection of(List<Redirection> redirections, MethodModel method) {
    for (Redirection redirection : redirections) {
      if (redirection.isIn(method)) {
        return redirection;
      }
    }
    return null;
  }
}
