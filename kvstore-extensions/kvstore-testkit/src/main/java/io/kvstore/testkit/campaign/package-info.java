/**
 * Campaigns: thousands of simulated runs under faults, each from a seed, with everything checked
 * that was promised.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A run is drawn on paper before it is played. So it can be printed, and made smaller step by
 *       step while it still fails.
 *   <li>What a client does next does not depend on what it saw, but for the versions that it
 *       compares; so a run with fewer steps is still a run.
 *   <li>The virtual times of the steps stay when others are left out.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.campaign;

import org.jspecify.annotations.NullMarked;
