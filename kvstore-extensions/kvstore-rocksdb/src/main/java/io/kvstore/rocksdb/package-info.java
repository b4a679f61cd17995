/**
 * A datalet over RocksDB: entries on disk, and nothing of them on the heap.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>A group of writes with its notes is one write batch, and so is one record of RocksDB's
 *       write-ahead log: a kill leaves all of it or nothing. It is with the operating system when
 *       {@code commit} returns; {@code sync} forces the log, once for all groups before it.
 *   <li>A group may be as long as everything that a replica holds, and a batch is in memory. So
 *       what a long group writes goes into the database in pieces, each with the entries that were
 *       there before; the batch that commits takes those away. Opening finds them where the commit
 *       is missing, and puts them back.
 *   <li>All entries have the number of a generation before their key. A clear begins the next one,
 *       and costs the same whatever there is; a copy of everything that is taken over grows in a
 *       generation of its own, which counts from its commit on.
 *   <li>The number of entries is kept with the group, too: RocksDB only estimates it.
 *   <li>A copy for another member is read from a snapshot of RocksDB, which pins what it shows.
 *   <li>A record of the write-ahead log whose checksum is wrong is damage, and is reported, where
 *       RocksDB by default takes it for the end: what follows was promised. A torn last record was
 *       not.
 *   <li>A database that is damaged is replaced by one in a folder of its own beside it. That counts
 *       when the old folder has another name, which is one step for the file system; the old files
 *       are not deleted.
 *   <li>Native memory is freed by {@code close}, in the reverse order in which it was taken, and
 *       never by a finalizer. Nothing native is touched after that: it would end the process.
 * </ul>
 */
@NullMarked
package io.kvstore.rocksdb;

import org.jspecify.annotations.NullMarked;
