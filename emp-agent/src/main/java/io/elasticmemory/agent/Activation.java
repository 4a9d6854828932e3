package io.elasticmemory.agent;

import io.elasticmemory.agent.sight.Gift;
import io.elasticmemory.agent.sight.Management;
import io.elasticmemory.agent.sight.Sight;
import io.elasticmemory.space.Space;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings the hooks and the space together, which are made ready beside each other. */
final class Activation implements SpaceOpener.Outcome {
  private final AgentOptions options;
  private final Management management;
  private final long startNanos = System.nanoTime();
  private final CompletableFuture<@Nullable Installed> installed = new CompletableFuture<>();

  /**
   * Nothing is there yet.
   *
   * @param management told when there is something to show
   */
  Activation(AgentOptions options, Management management) {
    this.options = options;
    this.management = management;
  }

  /** Both halves of what the JDK calls. */
  private record Installed(Hooks hooks, Redirector redirector, int millis) {}

  /** The hooks are in place: allocations wait for the space from now on. */
  void begin(Hooks hooks, Redirector redirector, SpaceOpener opener) {
    redirector.awaitSpaceOf(opener);
    hooks.redirect(redirector, 0, 0);
    boolean _ = installed.complete(new Installed(hooks, redirector, millis()));
    sayIfVerbose("hooks are in place after %d ms".formatted(millis()));
  }

  /** There will be no hooks if there are none by now. */
  void end() {
    boolean _ = installed.complete(null);
  }

  @Override
  public void opened(Space space) {
    Installed ready = installed.join();
    if (ready == null) {
      space.close();
      return;
    }
    ready.redirector.use(space);
    ready.hooks.redirect(ready.redirector, space.heap().base(), space.heap().capacityBytes());
    if (ready.redirector.isAtWork()) {
      space.keepForGood();
      sayIfVerbose(
          "the space of %d MiB is open after %d ms"
              .formatted(space.geometry().capacityBytes() >> 20, millis()));
      show(space, ready);
      return;
    }
    // Whoever was given memory in between has it, so the space stays.
    ready.hooks.retire(ready.redirector);
    AgentLog.sayInactive(
        "this JDK allocates by ways that are not known; report it with its version");
  }

  private void show(Space space, Installed ready) {
    Allocations allocations = ready.redirector.allocations();
    Gift gift =
        new Gift(
            space,
            allocations::count,
            allocations::takenBackCount,
            allocations::usedBytes,
            allocations::refusedCount,
            options.minBytes(),
            ready.millis,
            millis());
    management.opened(gift);
    Sight.open(gift, AgentLog::say);
  }

  private int millis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private void sayIfVerbose(String line) {
    if (options.verbose()) {
      AgentLog.say(line);
    }
  }

  @Override
  public void refused(String reason) {
    Installed ready = installed.join();
    if (ready != null) {
      ready.hooks.retire(ready.redirector);
      AgentLog.sayInactive(reason);
    }
  }
}
