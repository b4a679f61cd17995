'use strict';

/*
 * Guided tours. A step says something, and does something before: a decision; 'step 4', so many steps; 'run 2000', so many
 * microseconds; 'answer c0', steps until a client has its answer. What must be there then is checked by the tests.
 */
const broken = (v, level) => v.verdicts.find(each => each.level === level).verdict === 'broken';
const last = (v, client) => v.clients.find(each => each.name === client).calls.slice(-1)[0];
const told = (v, client, answer) => last(v, client).outcome === 'ok' && last(v, client).answer === answer;
const isOpen = (v, client) => last(v, client).outcome === '';
const primaryOf = v => v.nodes.filter(each => each.isRunning && each.isPrimary).map(each => each.name).join();
const holds = (v, node, entry) => v.nodes.find(each => each.name === node).entries.some(each => each.key + '=' + each.value === entry);

const tours = [
  { name: 'A stale read at the sequential level', setup: 'SEQUENTIAL,PRIMARY,3,2,7', steps: [
    { say: 'Three nodes hold the same entries. n0 is the primary: it orders all writes and copies them to the others. Client c0 asks n0, client c1 asks n1.' },
    { do: ['c0 put x 1', 'step 3'], say: 'c0 writes x. The primary sends the write to both backups: each message is a label on its way. Click one to hold it back, drop it or deliver it now.' },
    { do: ['answer c0'], check: v => told(v, 'c0', '1') || last(v, 'c0').outcome === 'ok', say: 'Both backups hold the write, so c0 has its answer. But they have not performed it yet: they hear that with the next message.' },
    { do: ['c1 get x', 'answer c1'], check: v => told(v, 'c1', 'nothing') && broken(v, 'LINEARIZABLE') && !broken(v, 'SEQUENTIAL'), say: 'c1 reads x at n1, and finds nothing, though c0 had its answer before. That is not linearizable: the badge is broken, and names the two operations. It is sequential: there is an order of both that agrees with each client’s own, with the read first.' },
    { do: ['run 5000', 'c1 get x', 'answer c1'], check: v => told(v, 'c1', '1'), say: 'A moment later n1 has performed the write, and c1 reads it. Now take the tour of the linearizable level, and compare.' },
  ] },
  { name: 'The same at the linearizable level', setup: 'LINEARIZABLE,PRIMARY,3,2,7', steps: [
    { say: 'The same nodes, and the same protocol. But reads go to the primary, too, which answers them while it holds a lease: no other can be the primary meanwhile.' },
    { do: ['c0 put x 1', 'answer c0'], say: 'c0 writes x, and is answered once every backup holds it.' },
    { do: ['c1 get x', 'step 2'], say: 'c1 asks n1, which passes the read on to the primary.' },
    { do: ['answer c1'], check: v => told(v, 'c1', '1') && !broken(v, 'LINEARIZABLE'), say: 'The answer is 1. What it costs is the way to the primary and back for each read.' },
  ] },
  { name: 'PRIMARY: the primary crashes', setup: 'LINEARIZABLE,PRIMARY,3,2,7', steps: [
    { do: ['c0 put x 1', 'answer c0'], say: 'c0 has written x: every member of the view holds it.' },
    { do: ['crash n0'], check: v => !v.nodes[0].isRunning, say: 'The primary crashes, and loses its memory. c1 asks n1 for x: n1 cannot answer, as it is not the primary.' },
    { do: ['c1 get x', 'run 100000'], check: v => isOpen(v, 'c1'), say: 'The coordinator has not noticed yet. It also waits until the lease of n0 is over: n0 might be cut off only, and still answer reads.' },
    { do: ['run 2500000'], check: v => primaryOf(v) === 'n1' && told(v, 'c1', '1'), say: 'It has decided on another view: n1 is the primary, without n0. The value that was answered is still there, and c1 has it.' },
    { do: ['restart n0', 'run 2500000'], check: v => holds(v, 'n0', 'x=1'), say: 'n0 starts again, with nothing. It is brought up to date before it serves, and joins as a backup.' },
  ] },
  { name: 'CHAIN: head to tail', setup: 'LINEARIZABLE,CHAIN,3,2,7', steps: [
    { say: 'n0 is the head, n2 the tail (van Renesse and Schneider 2004). Writes enter at the head and go down the chain; reads are answered by the tail.' },
    { do: ['c0 put x 1', 'step 4'], say: 'The write goes from member to member: one message a link, where a primary sends to each backup by itself.' },
    { do: ['answer c0'], check: v => last(v, 'c0').outcome === 'ok', say: 'The tail has it, so all have it: c0 is answered.' },
    { do: ['crash n1', 'c0 put x 2', 'run 100000'], check: v => isOpen(v, 'c0'), say: 'The middle of the chain crashes. A write waits.' },
    { do: ['run 2500000'], check: v => last(v, 'c0').outcome === 'ok', say: 'The next view is a chain of two: the head sends the tail what that lacks, and c0 has its answer.' },
  ] },
  { name: 'CRAQ: reads at any member', setup: 'LINEARIZABLE,CRAQ,3,2,7', steps: [
    { say: 'The chain again, but any member answers reads while its copy of the key is clean: no newer write of it is on its way (Terrace and Freedman 2009). c1 asks n1, the middle.' },
    { do: ['c0 put x 1', 'answer c0', 'run 5000', 'c1 get x', 'step 1'], say: 'All copies are clean. n1 answers by itself: no message was sent for the read.' },
    { do: ['answer c1', 'cutoneway n1 n2', 'c0 put x 2', 'run 2000', 'c1 get x', 'step 2'], check: v => isOpen(v, 'c1'), say: 'n1 has the next value of x, but cannot pass it on, as its link to the tail is cut. Its copy is dirty: it has to ask the tail which of the two values counts.' },
    { do: ['heal', 'run 2000000'], check: v => last(v, 'c1').outcome === 'ok' && !broken(v, 'LINEARIZABLE'), say: 'The link works again: the write reaches the tail, and both clients are answered.' },
  ] },
  { name: 'TOTAL_ORDER: no leader at all', setup: 'SEQUENTIAL,TOTAL_ORDER,3,3,7', steps: [
    { say: 'No member leads here. Each write gets a time of a logical clock, and is performed once all members have acknowledged it: then none of them can come with an earlier one (Lamport 1978).' },
    { do: ['c0 put x 1', 'c2 put x 2', 'step 4'], say: 'c0 and c2 write at the same time, at different members. Each is sent to all, and each member acknowledges to all.' },
    { do: ['run 10000'], check: v => last(v, 'c0').outcome === 'ok' && last(v, 'c2').outcome === 'ok' && new Set(v.nodes.map(each => JSON.stringify(each.entries))).size === 1, say: 'All members have performed both in the same order, that of their times, and hold the same value.' },
    { do: ['cutoneway n2 n0', 'c0 put x 3', 'run 50000'], check: v => isOpen(v, 'c0'), say: 'n0 does not hear n2 any more. So it cannot know that n2 has nothing earlier: its write waits, until the group goes on without a member or the link is mended.' },
    { do: ['heal', 'run 1000000'], check: v => last(v, 'c0').outcome === 'ok', say: 'The link is mended, and the write is done.' },
  ] },
  { name: 'BROADCAST: a reply never comes before its question', setup: 'CAUSAL,BROADCAST,3,3,7', steps: [
    { say: 'Any member writes by itself and tells the others. At the causal level each write says what it depends on, by a vector clock.' },
    { do: ['cutoneway n0 n2', 'c0 put question when', 'answer c0', 'run 3000'], say: 'c0 asks a question at n0. The link from n0 to n2 is cut: n1 has the question, n2 has not.' },
    { do: ['c1 get question', 'answer c1', 'c1 put answer now', 'answer c1', 'run 3000'], check: v => last(v, 'c1').outcome === 'ok', say: 'c1 has read the question at n1, and writes the answer. That reaches n2, without what it depends on.' },
    { do: ['c2 get answer', 'answer c2'], check: v => told(v, 'c2', 'nothing') && !broken(v, 'CAUSAL'), say: 'c2 reads the answer at n2, and finds nothing: n2 keeps it back until it has the question. At the eventual level it would show an answer to nothing.' },
    { do: ['heal', 'run 2000000', 'c2 get answer', 'answer c2'], check: v => told(v, 'c2', 'now'), say: 'The link works again. n2 has got the question, and so it shows the answer.' },
  ] },
  { name: 'BROADCAST: replicas that differ, and agree again', setup: 'EVENTUAL,BROADCAST,2,2,7', steps: [
    { say: 'Two nodes at the eventual level: each answers at once, from what it has.' },
    { do: ['cut n0 n1', 'c0 put x 1', 'answer c0', 'c1 put x 2', 'answer c1', 'run 3000'], check: v => holds(v, 'n0', 'x=1') && holds(v, 'n1', 'x=2'), say: 'The link is cut, and both have written x. Both were answered, and the nodes hold different values.' },
    { do: ['c0 get x', 'answer c0', 'c1 get x', 'answer c1'], check: v => told(v, 'c0', '1') && told(v, 'c1', '2'), say: 'Each client reads its own. Available on both sides, and not the same: that is the price.' },
    { do: ['heal', 'run 2000000'], check: v => JSON.stringify(v.nodes[0].entries) === JSON.stringify(v.nodes[1].entries), say: 'The link works again. Both have what the other wrote, and the later write has won at both, by its time and its node.' },
  ] },
  { name: 'KEY_OWNER: each key counts by itself', setup: 'EVENTUAL,KEY_OWNER,3,2,7', steps: [
    { say: 'Each key has an owner, by its hash. Others pass their writes on to it, and it numbers them.' },
    { do: ['c0 put a 1', 'c1 put b 1', 'run 10000'], check: v => last(v, 'c0').outcome === 'ok' && last(v, 'c1').outcome === 'ok', say: 'Two keys, two clients: see in the list below which node performed which write. The others get copies afterwards.' },
    { do: ['c0 put a 2', 'c1 put a 3', 'run 10000'], check: v => new Set(v.nodes.map(each => JSON.stringify(each.entries))).size === 1, say: 'Two writes of one key at different nodes have one order, that of its owner. A copy is taken only if its number is higher, so late copies do no harm.' },
  ] },
  { name: 'QUORUM: a minority may fail at any time', setup: 'LINEARIZABLE,QUORUM,3,2,7', steps: [
    { say: 'Any member coordinates: two rounds, each answered by a majority (Attiya, Bar-Noy and Dolev 1995). No member is special, so no change of the view is needed when one fails.' },
    { do: ['c0 put x 1', 'answer c0'], say: 'The write is done: two of three members hold it for certain.' },
    { do: ['crash n2', 'c1 get x', 'answer c1'], check: v => told(v, 'c1', '1') && v.nanos < 100e6, say: 'n2 has crashed, and c1 is answered at once: no time passed until the failure was noticed, as any two majorities share a member.' },
    { do: ['crash n1', 'c0 put x 2', 'run 200000'], check: v => isOpen(v, 'c0'), say: 'Now a majority is lost. Nothing is answered any more: neither a wrong value nor a write that might be lost.' },
  ] },
  { name: 'RAFT: a leader is elected', setup: 'LINEARIZABLE,RAFT,3,2,7', steps: [
    { say: 'A majority elects a leader, which orders the writes (Ongaro and Ousterhout 2014). There is no coordinator that has to notice anything.' },
    { do: ['c1 put x 1', 'step 3'], say: 'c1 asks n1, which passes the write on to the leader. The leader appends it to its log and sends it to the others.' },
    { do: ['answer c1'], check: v => last(v, 'c1').outcome === 'ok', say: 'A majority has it in its log: it is committed, and c1 is answered.' },
    { do: ['crash n0', 'c1 put x 2', 'run 2000000'], check: v => last(v, 'c1').outcome === 'ok', say: 'The leader has crashed. n1 waits for it in vain, asks for votes, gets that of n2, and leads the next term. Look at the messages in the list below.' },
    { do: ['c1 get x', 'answer c1'], check: v => told(v, 'c1', '2') && !broken(v, 'LINEARIZABLE'), say: 'A read is confirmed by a round: a majority says that the leader still leads.' },
  ] },
  { name: 'LEASEGUARD: the log is the lease', setup: 'LINEARIZABLE,LEASEGUARD,3,2,7', steps: [
    { say: 'RAFT again, but its leader answers reads alone for a while after each entry of its own that is committed (LeaseGuard, 2026).' },
    { do: ['c0 put x 1', 'answer c0', 'c0 get x', 'answer c0'], check: v => told(v, 'c0', '1'), say: 'c0 has written at the leader, and reads there at once: no message was sent for the read. For 75 ms no other leader can have committed anything.' },
    { do: ['crash n0', 'c1 put x 2', 'run 2000000'], check: v => last(v, 'c1').outcome === 'ok' && !broken(v, 'LINEARIZABLE'), say: 'The leader has crashed. The next one takes and replicates the write at once, but commits nothing until the lease of the last can be over for certain.' },
  ] },
  { name: 'SHARED_LOG: appended here, fetched there', setup: 'EVENTUAL,SHARED_LOG,3,2,7', steps: [
    { say: 'Any member appends to one log, whose sequencer gives places. A write is kept by a majority, and applied by others when they fetch it.' },
    { do: ['c0 put x 1', 'answer c0', 'c1 get x', 'answer c1'], check: v => last(v, 'c1').outcome === 'ok', say: 'c0 is answered once its write has a place that a majority holds. n1 may not have fetched it yet: at the eventual level it answers with what it has.' },
    { do: ['run 2000000'], check: v => holds(v, 'n1', 'x=1'), say: 'Later all members have fetched the log up to its end, in one order.' },
  ] },
  { name: 'LOCKING: any member writes, under a lock', setup: 'LINEARIZABLE,LOCKING,3,2,7', steps: [
    { say: 'BespoKV’s strong active-active cell: any member coordinates. A lock service gives locks of keys with a lease and a fencing token, which grows.' },
    { do: ['c1 put x 1', 'step 4'], say: 'n1 asks for the lock of x before it writes.' },
    { do: ['answer c1'], check: v => last(v, 'c1').outcome === 'ok', say: 'All members have taken the write under its token. What comes later with a smaller one is refused: that is the fence.' },
    { do: ['crash n1', 'c0 put x 2', 'run 3000000'], check: v => last(v, 'c0').outcome === 'ok', say: 'n1 has crashed. Its locks are over with its lease, and n0 writes.' },
  ] },
  { name: 'Two sides: a network that is split', setup: 'LINEARIZABLE,PRIMARY,3,3,7', steps: [
    { do: ['c0 put x 1', 'answer c0'], say: 'The primary n0 will be cut off from the others and from the coordinator, which keeps the views.' },
    { do: ['cut n0 n1', 'cut n0 n2', 'cut n0 coordinator', 'run 2500000'], check: v => v.nodes[1].isPrimary, say: 'The others go on in another view, with n1 as the primary. n0 still runs, and does not know of it.' },
    { do: ['c1 put x 2', 'answer c1', 'c0 get x', 'run 1000000'], check: v => !told(v, 'c0', '1') && !broken(v, 'LINEARIZABLE'), say: 'c1 has written at the new primary. c0 asks n0, which has the old value, and does not tell it: its lease was not renewed. An old value would break the promise; no answer breaks nothing.' },
    { do: ['heal', 'run 3000000'], check: v => holds(v, 'n0', 'x=2'), say: 'The links work again. n0 is brought up to date, and is a backup now.' },
  ] },
];
