package io.kvstore.ratis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.WireFormat;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/**
 * Three members of etcd in processes of their own, and a client of their leader: what the engine is
 * compared with. The client speaks gRPC over one connection, as etcd's own does.
 */
final class Etcd implements AutoCloseable {
  private static final byte[] VALUE = "v".repeat(100).getBytes(UTF_8);

  private static final MethodDescriptor.Marshaller<byte[]> AS_IT_IS =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        }
      };
  private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
  private static final MethodDescriptor<byte[], byte[]> STATUS =
      method("etcdserverpb.Maintenance/Status");

  private final List<Process> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ManagedChannel leader;

  Etcd(Path directory) throws Exception {
    Files.createDirectories(directory);
    List<Peer> toEachOther = FreePorts.find(3);
    List<Peer> toClients = FreePorts.find(3);
    String all =
        toEachOther.stream()
            .map(peer -> peer.node() + "=http://" + peer.address())
            .collect(Collectors.joining(","));
    for (int i = 0; i < 3; i++) {
      String peers = "http://" + toEachOther.get(i).address();
      String clients = "http://" + toClients.get(i).address();
      String name = toEachOther.get(i).node().toString();
      processes.add(
          new ProcessBuilder(
                  "etcd",
                  "--name",
                  name,
                  "--data-dir",
                  directory.resolve(name).toString(),
                  "--listen-peer-urls",
                  peers,
                  "--initial-advertise-peer-urls",
                  peers,
                  "--listen-client-urls",
                  clients,
                  "--advertise-client-urls",
                  clients,
                  "--initial-cluster",
                  all)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(name + ".log").toFile())
              .start());
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", toClients.get(i).port())
              .usePlaintext()
              .build());
    }
    leader = awaitLeader();
  }

  /** Whether it is installed. */
  static boolean isThere() {
    try {
      return new ProcessBuilder("etcd", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(AS_IT_IS)
        .setResponseMarshaller(AS_IT_IS)
        .build();
  }

  private ManagedChannel awaitLeader() throws InterruptedException, IOException {
    while (true) {
      for (ManagedChannel channel : channels) {
        try {
          if (leads(call(channel, STATUS, new byte[0]).get())) {
            return channel;
          }
        } catch (ExecutionException notYet) {
          // It has just been started.
        }
      }
      Thread.sleep(100);
    }
  }

  /** Whether the one that gives this status is the leader: its fields 1.2 and 4 are the same. */
  private static boolean leads(byte[] status) throws IOException {
    long self = 0;
    long leading = 0;
    CodedInputStream in = CodedInputStream.newInstance(status);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field == 1) {
        CodedInputStream header = in.readBytes().newCodedInput();
        for (int inner = header.readTag(); inner != 0; inner = header.readTag()) {
          if (WireFormat.getTagFieldNumber(inner) == 2) {
            self = header.readUInt64();
          } else {
            header.skipField(inner);
          }
        }
      } else if (field == 4) {
        leading = in.readUInt64();
      } else {
        in.skipField(tag);
      }
    }
    return leading != 0 && leading == self;
  }

  /** Puts a value of a hundred bytes. */
  CompletableFuture<?> put(String key) {
    try {
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(request);
      out.writeByteArray(1, key.getBytes(UTF_8));
      out.writeByteArray(2, VALUE);
      out.flush();
      return call(leader, PUT, request.toByteArray());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static CompletableFuture<byte[]> call(
      ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, byte[] request) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ClientCalls.asyncUnaryCall(
        channel.newCall(method, CallOptions.DEFAULT),
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(byte[] value) {
            answer.complete(value);
          }

          @Override
          public void onError(Throwable thrown) {
            answer.completeExceptionally(thrown);
          }

          @Override
          public void onCompleted() {
            // The answer is there.
          }
        });
    return answer;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    processes.forEach(process -> process.toHandle().destroyForcibly());
    processes.forEach(process -> process.onExit().join());
  }
}
