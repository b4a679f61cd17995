package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How one member stands in the group of a shard.
 *
 * @param node the member
 * @param leads whether it leads the group, and has performed everything from before its term
 * @param leader who leads, as far as it knows
 * @param term the term of Raft that it is in
 * @param position how far it has performed commands
 * @param applied up to which index of the log
 * @param committed up to which index the log is known to be kept
 * @param entries how many entries have a value
 * @param bytes how long keys and values are together
 * @param clients how many clients are remembered
 * @param members who belongs to the group, as far as it knows
 */
record MemberStatus(
    NodeId node,
    boolean leads,
    Optional<NodeId> leader,
    long term,
    long position,
    long applied,
    long committed,
    long entries,
    long bytes,
    int clients,
    List<Peer> members) {
  private static final int NOBODY = -1;

  static void write(DataOutputStream out, MemberStatus status) throws IOException {
    out.writeInt(status.node().number());
    out.writeBoolean(status.leads());
    writeNode(out, status.leader());
    out.writeLong(status.term());
    out.writeLong(status.position());
    out.writeLong(status.applied());
    out.writeLong(status.committed());
    out.writeLong(status.entries());
    out.writeLong(status.bytes());
    out.writeInt(status.clients());
    Coding.writeList(out, status.members(), Peer::write);
  }

  static MemberStatus read(DataInputStream in) throws IOException {
    return new MemberStatus(
        NodeId.of(in.readInt()),
        in.readBoolean(),
        readNode(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        Coding.readList(in, Peer::read));
  }

  static void writeNode(DataOutputStream out, Optional<NodeId> node) throws IOException {
    out.writeInt(node.map(NodeId::number).orElse(NOBODY));
  }

  static Optional<NodeId> readNode(DataInputStream in) throws IOException {
    int number = in.readInt();
    return number == NOBODY ? Optional.empty() : Optional.of(NodeId.of(number));
  }
}
