package io.elasticmemory.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.JavaThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HotSpotThreadsTest {
  /** As the kernel says. */
  private static int ownId() throws Exception {
    return Integer.parseInt(
        Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
  }

  @Test
  void findsEveryThreadByTheIdOfTheKernel() throws Exception {
    ConcurrentHashMap<Integer, Thread> ids = new ConcurrentHashMap<>();
    CountDownLatch known = new CountDownLatch(20);
    CountDownLatch over = new CountDownLatch(1);
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      started.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      ids.put(ownId(), Thread.currentThread());
                      known.countDown();
                      over.await();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
    assertThat(known.await(30, TimeUnit.SECONDS)).isTrue();
    try (JavaThreads threads = new LinuxProcesses().openThreads()) {
      ids.forEach((id, thread) -> assertThat(threads.find(id)).isSameAs(thread));
      assertThat(threads.find(ownId())).isSameAs(Thread.currentThread());
      over.countDown();
      for (Thread thread : started) {
        thread.join();
      }
      ids.keySet().forEach(id -> assertThat(threads.find(id)).isNull());
    }
  }

  @Test
  void knowsNoThreadThatThereIsNot() {
    try (JavaThreads threads = new LinuxProcesses().openThreads()) {
      assertThat(threads.find(-1)).isNull();
      assertThat(threads.find(0)).isNull();
      assertThat(threads.find(Integer.MAX_VALUE)).isNull();
    }
  }

  @Test
  void staysRightWhileThreadsComeAndGo() throws Exception {
    try (JavaThreads threads = new LinuxProcesses().openThreads()) {
      for (int i = 0; i < 2000; i++) {
        Thread short1 = Thread.ofPlatform().start(() -> {});
        assertThat(threads.find(ownId())).isSameAs(Thread.currentThread());
        threads.find(Integer.MAX_VALUE - i);
        short1.join();
      }
    }
  }
}
