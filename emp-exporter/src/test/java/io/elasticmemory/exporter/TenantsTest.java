package io.elasticmemory.exporter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.exporter.Tenants.Tenant;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantsTest {
  private static final int GUESSES = 1_000_000;

  private final SlabPool pool = new SlabPool(Platform.find().memories(), 2, false, false);
  private final HandClock clock = new HandClock();
  private final Tenants tenants = new Tenants(pool, clock);
  private final Lending lending = new Lending(pool, tenants, 1, 30_000, null, null, null);

  @AfterEach
  void close() {
    pool.close();
  }

  private Tenant tenant(long space) throws IOException {
    Connection connection = new Connection(SocketChannel.open(), "a test", lending, clock);
    Hello hello = new Hello(new Hello.Space(space, 0, 0), 1, 1, MessageLayout.BULK);
    connection.saidHello(hello);
    return requireNonNull(tenants.greet(connection, hello)).tenant();
  }

  private long lease(Tenant tenant) throws InterruptedException {
    return requireNonNull(tenants.lease(tenant, 1).lease()).id();
  }

  /** Over a connection {@code HostileClientTest} guesses some thousands. */
  @Test
  void haveNothingOfTheLeasesOfOthersHoweverManyTheyGuess() throws Exception {
    Tenant owner = tenant(1);
    Tenant thief = tenant(2);
    long owned = lease(owner);
    long own = lease(thief);
    Random random = new Random(41);
    for (int i = 0; i < GUESSES; i++) {
      // Near that of another, itself first, or anywhere.
      long guess = i % 2 == 0 ? owned + (i >> 1) : random.nextLong();
      if (guess != own && (thief.lease(guess) != null || tenants.release(thief, guess))) {
        throw new AssertionError("has " + guess + ", which is not its own");
      }
    }
    assertThat(owner.lease(owned)).isNotNull();
    assertThat(thief.lease(own)).isNotNull();
  }
}
