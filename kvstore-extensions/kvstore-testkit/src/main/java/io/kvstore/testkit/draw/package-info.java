/**
 * Pictures of what happened in a store: one offline HTML file, an SVG for documents, a log for
 * ShiViz.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Clients, messages and faults share one axis of time, from left to right. Idle time takes
 *       little room, and is marked where it is cut short: virtual time jumps, and most of a run is
 *       idle.
 *   <li>What is drawn is worked out here, once, for both the page and the SVG; the page's script
 *       only paints it and follows the mouse.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.draw;

import org.jspecify.annotations.NullMarked;
