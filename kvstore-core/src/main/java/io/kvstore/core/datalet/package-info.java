/**
 * The single-node stores that come with the library: a hash table, an ordered tree, and a log on
 * disk.
 *
 * <p>Decisions about the log, and why:
 *
 * <ul>
 *   <li>Only keys are in memory; values are read from disk. A store may be larger than memory, and
 *       opening it reads the log once.
 *   <li>A log goes on in segments of one size, and a segment is forced before the next is begun,
 *       whatever the {@link io.kvstore.core.datalet.Fsync}. So a crash leaves a beginning of what
 *       was written, never a part from which the middle is missing; and a log that never forces can
 *       always be opened again.
 *   <li>After each force a mark is written. At the torn end of a log the bytes alone do not tell a
 *       write that was interrupted, and whose pages may have reached the disk in any order, from
 *       damage to something that was promised. The mark does: what precedes it was promised. The
 *       first is cut off, the second is reported, and nothing acknowledged disappears silently.
 *   <li>A record's checksum covers its place as well. Nothing but a record in the place where it
 *       was written counts as one.
 *   <li>Compaction copies what is needed to the end of the log and deletes the file. There is no
 *       second kind of file, no list of files and no renaming that a crash could catch halfway, and
 *       recovery needs not know that compaction exists.
 *   <li>The index counts, for each key, the older records on disk. This makes it exact when the
 *       record of a removal can go: when nothing is left for it to hide. A rule of thumb would
 *       either bring removed keys back or keep removals forever.
 *   <li>Each record says whether its group goes on. So a group needs no place of its own, may be
 *       longer than a file, and taking over a copy of everything is one like any other: a crash in
 *       the middle leaves what was there before.
 *   <li>A log that is damaged is replaced by one that begins behind it in the same folder, and
 *       counts only once its first group is whole. Until then the damage is found again, by the
 *       next that looks; then the damaged files are put aside under other names, and not deleted.
 *   <li>A copy of everything, for another member, is the index as it was at one moment: what
 *       changes meanwhile is noted beside it, as places of records and not as values. So a copy
 *       costs nothing when it begins, and little memory however large the store is; and the files
 *       that it needs stay, because compaction waits for it.
 *   <li>A copy that comes in is put aside in a file that belongs to no log, and taken over as one
 *       group. Written to the log at once it would have to be taken back when its source is lost.
 *   <li>The work of compaction is done by writes, in proportion to their size. A thread of its own
 *       would need locks, and could fall behind unnoticed.
 *   <li>Recovery forces what it has read before it shows it. Otherwise the crash of a process,
 *       followed by one of the machine, would take back what a client has seen in between.
 *   <li>All file access goes through one small interface. It is there for the tests, which lose and
 *       tear what was not forced, and crash between any two steps.
 * </ul>
 */
@NullMarked
package io.kvstore.core.datalet;

import org.jspecify.annotations.NullMarked;
