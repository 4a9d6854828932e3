package io.elasticmemory.agent.program;

/** Looks for classes and services of EMP, and of what it carries, where the program looks. */
public final class Unaware {
  private Unaware() {}

  public static void main(String[] arguments) {
    ClassLoader own = Unaware.class.getClassLoader();
    for (String name :
        new String[] {"io.elasticmemory.Emp", "org.slf4j.Logger", "net.jpountz.lz4.LZ4Factory"}) {
      try {
        throw new IllegalStateException(Class.forName(name, false, own) + " can be seen");
      } catch (ClassNotFoundException e) {
        // As it should be.
      }
    }
    if (own.getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider") != null) {
      throw new IllegalStateException("a provider for slf4j can be seen");
    }
    System.out.println("nothing of EMP is to be seen");
  }
}
