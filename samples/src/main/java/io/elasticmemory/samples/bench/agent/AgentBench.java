package io.elasticmemory.samples.bench.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts a program with and without the agent in turn, and reads what it prints. */
public final class AgentBench {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DRAM_MIB = 256;
  private static final Pattern AGENT_LINE =
      Pattern.compile("emp: (hooks|the space).* after (\\d+) ms");

  private final int rounds;
  private final Workplace workplace;
  private final Progress progress;

  /** A bench that has not begun. */
  public AgentBench(int rounds, Workplace workplace, Progress progress) {
    this.rounds = rounds;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it; one start of each kind more than asked for, which is a warm-up. */
  public AgentResult run() throws IOException {
    Map<AgentFigure, List<Double>> without = new EnumMap<>(AgentFigure.class);
    Map<AgentFigure, List<Double>> with = new EnumMap<>(AgentFigure.class);
    int[] done = new int[1];
    progress.begin("starts", 2 * (rounds + 1), () -> done[0]);
    for (int round = 0; round <= rounds; round++) {
      Map<AgentFigure, Double> plain = start(List.of());
      done[0]++;
      Map<AgentFigure, Double> agent = start(List.of(option()));
      done[0]++;
      if (round > 0) {
        plain.forEach((figure, value) -> add(without, figure, value));
        agent.forEach((figure, value) -> add(with, figure, value));
      }
    }
    progress.end();
    return new AgentResult(rounds, without, with);
  }

  private static void add(Map<AgentFigure, List<Double>> all, AgentFigure figure, double value) {
    all.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value);
  }

  private static String option() {
    return "-javaagent:%s=verbose=true,path=dram:%d".formatted(AgentJar.find(), DRAM_MIB);
  }

  private Map<AgentFigure, Double> start(List<String> options) throws IOException {
    JavaProgram program =
        new JavaProgram(AllocationMain.class.getName())
            .jvm("-Xmx256m")
            .jvm(options.toArray(String[]::new));
    long begunMillis = System.currentTimeMillis();
    Child.Ended ended =
        Child.start(workplace, new ProcessBuilder(program.command())).await(PATIENCE);
    if (ended.exitCode() != 0) {
      throw new EmpException(Kind.PAGER, "the measured program " + ended.describe());
    }
    Map<AgentFigure, Double> figures = new EnumMap<>(AgentFigure.class);
    for (String line : ended.out().split("\n")) {
      take(figures, line.split(" "), begunMillis);
    }
    ended.err().forEach(line -> takeAgentLine(figures, line));
    return figures;
  }

  private static void take(Map<AgentFigure, Double> figures, String[] words, long begunMillis) {
    if (words[0].equals("main")) {
      figures.put(AgentFigure.mainMillis, (double) Long.parseLong(words[1]) - begunMillis);
      return;
    }
    for (AgentFigure figure : AgentFigure.values()) {
      if (figure.name().equals(words[0])) {
        figures.put(figure, Double.parseDouble(words[1]));
      }
    }
  }

  private static void takeAgentLine(Map<AgentFigure, Double> figures, String line) {
    Matcher matcher = AGENT_LINE.matcher(line);
    if (matcher.matches()) {
      boolean isHooks = matcher.group(1).equals("hooks");
      figures.put(
          isHooks ? AgentFigure.hooksMillis : AgentFigure.spaceMillis,
          Double.parseDouble(matcher.group(2)));
    }
  }
}
