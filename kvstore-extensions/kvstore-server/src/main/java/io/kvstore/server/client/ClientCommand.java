package io.kvstore.server.client;

import static java.util.Objects.requireNonNull;

import io.kvstore.server.transfer.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks a running server. */
abstract class ClientCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ClientOptions connection = new ClientOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  /** Does what it is for, and says the exit code. */
  abstract int run(Screen screen) throws IOException;

  @Override
  public final Integer call() throws IOException {
    PrintWriter out = spec().commandLine().getOut();
    Screen screen =
        spec().root().userObject() instanceof ShellCommands shell
            ? shell.screen()
            : Screen.ofProcess(out, System.getenv());
    int code = run(output.hasColours() ? screen : screen.withoutColours());
    out.flush();
    return code;
  }

  CommandSpec spec() {
    return requireNonNull(spec);
  }

  /** How far a long work is: a bar, if a person sees it. */
  final Progress progress(String what, DoubleSupplier fraction) {
    PrintWriter err = spec().commandLine().getErr();
    if (spec().root().userObject() instanceof ShellCommands shell) {
      return shell.screen().isTerminal()
          ? Progress.bar(what, err, fraction)
          : Progress.lines(what, err);
    }
    return ProgressOnErr.of(what, err, fraction);
  }

  final Remote remote() throws IOException {
    return connection.remote();
  }

  final Remote administration() throws IOException {
    return connection.administration(spec().name());
  }

  final boolean isJson() {
    return output.isJson();
  }
}
