package io.elasticmemory.agent;

import io.elasticmemory.port.PagerLauncher;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;

/** The pager that the agent's jar carries, started from that very jar. */
public final class CarriedPager implements PagerLauncher {
  private static final String MAIN = "io.elasticmemory.agent.outer.CarriedMain";

  /** For the service loader. */
  public CarriedPager() {}

  @Override
  public List<String> words(String mainClass) {
    return List.of("-cp", jar(), MAIN, mainClass);
  }

  private static String jar() {
    CodeSource source = CarriedPager.class.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the agent's jar is at an odd place: " + source, e);
    }
  }
}
