package io.elasticmemory.agent.program;

/**
 * Uses more memory than there is DRAM, then looks at classes without initializing them: each must
 * be the program's own. With {@code absent}, none of EMP may be there at all but what the agent
 * shows.
 */
public final class Poisoned {
  private Poisoned() {}

  public static void main(String[] names) throws Exception {
    if (names[0].equals("absent")) {
      lookForEmp();
      return;
    }
    Large.main(new String[] {"128"});
    ClassLoader own = Poisoned.class.getClassLoader();
    for (String name : names) {
      if (!own.equals(Class.forName(name, false, own).getClassLoader())) {
        throw new IllegalStateException(name + " is not the program's own");
      }
    }
    System.out.println(names.length + " classes are the program's own");
  }

  private static void lookForEmp() {
    ClassLoader own = Poisoned.class.getClassLoader();
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
