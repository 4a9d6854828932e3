package io.elasticmemory.space;

import io.elasticmemory.MemPath;
import io.elasticmemory.port.MemoryPressure;
import java.util.function.Supplier;

/**
 * What an open space consists of.
 *
 * @param pressure how short memory is now
 * @param undo closes what belongs to the application, in reverse order of its making
 * @param minimumBudgetBytes the smallest budget, told by the pager
 */
record SpaceParts(
    MemPath path,
    SpacePlan plan,
    MadeSpace made,
    CommandRings commands,
    FaultSamples samples,
    Pagers pagers,
    ControlThread control,
    Supplier<MemoryPressure> pressure,
    Undo undo,
    long minimumBudgetBytes) {}
