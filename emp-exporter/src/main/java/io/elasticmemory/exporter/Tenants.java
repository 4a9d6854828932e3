package io.elasticmemory.exporter;

import io.elasticmemory.port.Clock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected and who holds what. A tenant is forgotten when it has neither connection nor
 * lease, so there are never more of them than connections and slabs together. Usable from every
 * thread.
 */
final class Tenants {
  private static final Logger log = LoggerFactory.getLogger(Tenants.class);

  /** A space at one of its donors. */
  final class Tenant {
    private final Hello.Space space;

    /** Greeted and not yet ended; guarded by the tenants. */
    private final Set<Connection> connections = new HashSet<>();

    /** The newest epoch that said HELLO; guarded by the tenants. */
    private long epoch;

    private volatile @Nullable Lease lease;

    /** When its holder last gave a sign of life. */
    private volatile long heardNanos;

    private Tenant(Hello.Space space) {
      this.space = space;
    }

    /** The lease, if it is the one named. */
    @Nullable Lease lease(long id) {
      Lease held = lease;
      return held != null && held.id() == id ? held : null;
    }

    /** The lease, if there is one. */
    @Nullable Lease lease() {
      return lease;
    }

    /** Notes that its holder lives. */
    void heard() {
      heardNanos = clock.nanoTime();
    }
  }

  /**
   * What {@link #greet} found.
   *
   * @param tenant whose connection it is now
   * @param older connections that must have ended before it is told so
   */
  record Greeting(Tenant tenant, List<Connection> older) {}

  private final Map<Hello.Space, Tenant> tenants = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final SlabPool pool;
  private final Clock clock;

  Tenants(SlabPool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** Takes a connection in, or says by absence that a newer one was there before. */
  synchronized @Nullable Greeting greet(Connection connection, Hello hello) {
    Tenant tenant = tenants.computeIfAbsent(hello.space(), Tenant::new);
    List<Connection> older = new ArrayList<>();
    for (Connection other : tenant.connections) {
      if (hello.supersedes(other.hello())) {
        older.add(other);
      } else if (other.hello().role() == hello.role()) {
        return null;
      }
    }
    if (hello.epoch() < tenant.epoch) {
      return null;
    }
    tenant.epoch = hello.epoch();
    tenant.connections.add(connection);
    tenant.heard();
    return new Greeting(tenant, older);
  }

  /** Forgets a connection whose thread has done its last access. */
  synchronized void ended(Connection connection, Tenant tenant) {
    tenant.connections.remove(connection);
    forgetIfIdle(tenant);
  }

  /**
   * The answer to a tenant that wants a lease.
   *
   * @param lease the one it has now, if it has one
   * @param slabs in its lease; without one, those that are free, fewer than it wants
   */
  record Grant(@Nullable Lease lease, int slabs) {}

  /** Gives a tenant a lease of {@code wanted} slabs, all or none; or the lease it has. */
  Grant lease(Tenant tenant, int wanted) throws InterruptedException {
    Lease held = tenant.lease;
    if (held != null) {
      return new Grant(held, held.slabs());
    }
    SlabPool.Taken taken = pool.take(wanted);
    synchronized (this) {
      held = tenant.lease;
      if (held != null) {
        pool.expect(taken.slabs().length);
        pool.giveBack(taken.slabs());
        return new Grant(held, held.slabs());
      }
      if (taken.slabs().length == 0) {
        log.debug("space {}: {} slabs wanted, {} free", tenant.space, wanted, taken.freeBefore());
        return new Grant(null, taken.freeBefore());
      }
      Lease granted = new Lease(randomId(), taken.slabs(), pool);
      tenant.lease = granted;
      log.debug("space {}: leased {} slabs", tenant.space, wanted);
      return new Grant(granted, wanted);
    }
  }

  /** Ends a tenant's lease, if it is the one named. */
  synchronized boolean release(Tenant tenant, long id) {
    Lease lease = tenant.lease(id);
    if (lease == null) {
      return false;
    }
    end(tenant, lease, "released");
    return true;
  }

  /** Ends the leases nobody has used for {@code leaseNanos}, and their connections. */
  synchronized void expire(long leaseNanos) {
    long now = clock.nanoTime();
    for (Tenant tenant : List.copyOf(tenants.values())) {
      Lease lease = tenant.lease;
      if (lease != null && now - tenant.heardNanos > leaseNanos) {
        end(tenant, lease, "expired");
        tenant.connections.forEach(c -> c.close("its lease has expired"));
        forgetIfIdle(tenant);
      }
    }
  }

  private void end(Tenant tenant, Lease lease, String how) {
    tenant.lease = null;
    lease.end();
    log.debug("space {}: {} {} slabs", tenant.space, how, lease.slabs());
  }

  private void forgetIfIdle(Tenant tenant) {
    if (tenant.connections.isEmpty() && tenant.lease == null) {
      tenants.remove(tenant.space, tenant);
    }
  }

  private long randomId() {
    long id;
    do {
      id = random.nextLong();
    } while (id == 0);
    return id;
  }
}
