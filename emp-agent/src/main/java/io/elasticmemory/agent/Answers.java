package io.elasticmemory.agent;

import io.elasticmemory.agent.sight.Management;

/**
 * Who answers what the rewritten methods of the JDK ask.
 *
 * @param redirector where memory comes from and goes to
 * @param contents what it holds
 * @param functions handles for C functions
 * @param management told of the platform's MBean server
 */
record Answers(
    Redirector redirector, Contents contents, NativeFunctions functions, Management management) {}
