package io.elasticmemory.agent.sight;

import io.elasticmemory.space.Space;
import java.util.function.LongSupplier;

/**
 * What the agent has given to the program, for whoever shows it.
 *
 * @param space where it lies
 * @param allocations so far
 * @param freed of them
 * @param usedBytes of what is not freed
 * @param fallbacks allocations that are ordinary memory for want of room
 * @param minBytes smaller allocations are left alone
 * @param hooksMillis that it took to place the hooks
 * @param spaceMillis that it took until the space was open
 */
public record Gift(
    Space space,
    LongSupplier allocations,
    LongSupplier freed,
    LongSupplier usedBytes,
    LongSupplier fallbacks,
    long minBytes,
    int hooksMillis,
    int spaceMillis) {}
