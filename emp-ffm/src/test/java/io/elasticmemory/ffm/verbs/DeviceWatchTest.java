package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.epoll.EventfdDoorbell;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.ffm.verbs.DeviceEvents.Told;
import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bells in place of a channel and of a device: when there is something to be taken. */
class DeviceWatchTest {
  private static final long LOOK_NANOS = 20_000_000;

  private final EventfdDoorbell channel = EventfdDoorbell.create();
  private final EventfdDoorbell device = EventfdDoorbell.create();
  private final DeviceWatch watch = DeviceWatch.over(channel.descriptor(), context -> {});

  @AfterEach
  void close() {
    watch.close();
    channel.close();
    device.close();
  }

  private boolean isReadable() {
    Pollable source = watch::descriptor;
    boolean[] ready = {false};
    try (Poller poller = new LinuxSockets().openPoller()) {
      poller.watch(source, Poller.READ, _ -> ready[0] = true);
      poller.await(LOOK_NANOS);
      poller.forget(source);
    }
    return ready[0];
  }

  @Test
  void isReadableWhileItsChannelIs() {
    assertThat(isReadable()).isFalse();
    channel.ring();
    assertThat(isReadable()).isTrue();
    channel.silence();
    assertThat(isReadable()).isFalse();
  }

  @Test
  void isReadableUntilWhatWasToldIsTaken() {
    Told told = new Told(1, Kind.PORT_DOWN, 2);
    watch.tell(told);
    watch.tell(told);
    assertThat(isReadable()).isTrue();
    List<Told> taken = new ArrayList<>();
    watch.take(taken::add);
    assertThat(taken).containsExactly(told, told);
    assertThat(isReadable()).isFalse();
  }

  @Test
  void hearsWhatAnotherChannelWasTold() {
    try (DeviceWatch other = DeviceWatch.over(channel.descriptor(), context -> {})) {
      Told told = new Told(1, Kind.QUEUE_PAIR_FAILED, 2);
      DeviceEvents.tellAll(told);
      for (DeviceWatch each : List.of(watch, other)) {
        List<Told> taken = new ArrayList<>();
        each.take(taken::add);
        assertThat(taken).containsExactly(told);
      }
    }
  }

  @Test
  void watchesADeviceNoMoreThatWasRemoved() {
    try (Arena arena = Arena.ofConfined()) {
      long context = deviceIn(arena);
      watch.begin(context);
      watch.tell(new Told(context, Kind.DEVICE_REMOVED, 0));
      List<Told> taken = new ArrayList<>();
      watch.take(taken::add);
      assertThat(taken).hasSize(1);
      device.ring();
      assertThat(isReadable()).isFalse();
      watch.end(context);
    }
  }

  private long deviceIn(Arena arena) {
    MemorySegment context = arena.allocate(VerbsLayout.CONTEXT_HEAD);
    long at = VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "async_fd");
    context.set(JAVA_INT, at, device.descriptor());
    return context.address();
  }

  @Test
  void watchesADeviceAsLongAsConnectionsAreOnIt() {
    try (Arena arena = Arena.ofConfined()) {
      long context = deviceIn(arena);
      device.ring();
      watch.begin(context);
      watch.begin(context);
      assertThat(isReadable()).isTrue();
      watch.end(context);
      assertThat(isReadable()).isTrue();
      watch.end(context);
      assertThat(isReadable()).isFalse();
    }
  }
}
