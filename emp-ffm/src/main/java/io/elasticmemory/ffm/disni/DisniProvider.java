package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaProvider;
import com.ibm.disni.verbs.RdmaVerbs;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.ffm.verbs.LinuxVerbs;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.Verbs;
import java.lang.reflect.Field;
import java.util.function.Supplier;

/**
 * What DiSNI takes its two interfaces from, with those of EMP in place of its native ones. Once it
 * is installed, every DiSNI program of this JVM uses it, and {@code libdisni} is never loaded.
 *
 * <p>Beyond DiSNI's own it has atomic operations, and events say what came with a request or an
 * answer. {@code RdmaActiveEndpointGroup} does not work with it: its threads ask {@code libdisni}
 * for their CPU, past every provider.
 */
public final class DisniProvider extends RdmaProvider {
  /** Of the interface, as DiSNI 2.1 says it of its own. */
  private static final int VERSION = 32;

  private final RdmaCm cm;
  private final RdmaVerbs verbs;

  private DisniProvider(Verbs verbs, Supplier<Poller> pollers) {
    PortDevices devices = new PortDevices();
    cm = new PortCm(verbs, pollers, devices);
    this.verbs = new PortVerbs(pollers, devices);
  }

  /**
   * Installs it over the RDMA devices of this machine; before DiSNI is used.
   *
   * @throws IllegalStateException if DiSNI already uses its own
   */
  public static void install() {
    install(new LinuxVerbs(), new LinuxSockets()::openPoller);
  }

  /**
   * Installs it over some verbs.
   *
   * @param pollers of which it takes one for each channel that somebody waits at
   * @throws IllegalStateException if DiSNI already uses its own
   */
  static void install(Verbs verbs, Supplier<Poller> pollers) {
    DisniProvider made = new DisniProvider(verbs, pollers);
    synchronized (RdmaProvider.class) {
      try {
        Object before = field().get(null);
        if (before != null && !(before instanceof DisniProvider)) {
          throw new IllegalStateException(
              "DiSNI already uses "
                  + before.getClass().getName()
                  + ": install this provider before the first use of DiSNI");
        }
        field().set(null, made);
      } catch (ReflectiveOperationException e) {
        throw unknown(e);
      }
    }
  }

  /** Whether DiSNI uses it, so that nothing native of DiSNI's is needed. */
  public static boolean isInstalled() {
    synchronized (RdmaProvider.class) {
      try {
        return field().get(null) instanceof DisniProvider;
      } catch (ReflectiveOperationException e) {
        throw unknown(e);
      }
    }
  }

  /** DiSNI knows one provider by name and keeps it here; there is no other way in. */
  private static Field field() throws NoSuchFieldException {
    Field provider = RdmaProvider.class.getDeclaredField("provider");
    provider.setAccessible(true);
    return provider;
  }

  private static IllegalStateException unknown(ReflectiveOperationException e) {
    return new IllegalStateException(
        "this DiSNI keeps its provider elsewhere: use com.ibm.disni:disni:2.1", e);
  }

  @Override
  public RdmaCm openCm() {
    return cm;
  }

  @Override
  public RdmaVerbs openVerbs() {
    return verbs;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }
}
