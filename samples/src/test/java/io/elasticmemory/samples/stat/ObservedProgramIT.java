package io.elasticmemory.samples.stat;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.stat.ObservedProgram.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ObservedProgramIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Map<Long, ObservedProgram> programs = new HashMap<>();

  @Test
  void seesAnAgentThatComesLater() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      Child child =
          Child.start(
              workplace,
              new ProcessBuilder(
                  new JavaProgram(SpaceMain.class.getName())
                      .jvm("-XX:+EnableDynamicAgentLoading")
                      .with("dram:16")
                      .command()));
      assertThat(child.awaitLine("ready"::equals, LIMIT)).isPresent();
      long pid = child.process().pid();
      assertThat(look(pid)).get().satisfies(seen -> assertThat(seen.usedBytes()).isEmpty());

      ByteBuddyAgent.attach(AgentJar.find().toFile(), Long.toString(pid), "path=dram:64");

      long end = System.nanoTime() + LIMIT.toNanos();
      while (look(pid).orElseThrow().usedBytes().isEmpty()) {
        assertThat(System.nanoTime()).as("there is no agent yet").isLessThan(end);
        Thread.sleep(100);
      }
    } finally {
      programs.values().forEach(ObservedProgram::close);
    }
  }

  private Optional<Seen> look(long pid) throws IOException {
    ObservedProgram.find(programs);
    return Optional.ofNullable(programs.get(pid)).flatMap(ObservedProgram::look);
  }
}
