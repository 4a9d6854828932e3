package io.elasticmemory.space;

import io.elasticmemory.MemPath;

/**
 * What an open space consists of.
 *
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
    Undo undo,
    long minimumBudgetBytes) {}
