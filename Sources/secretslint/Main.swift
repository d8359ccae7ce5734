import Commands
import Glibc

@main struct Main {
  static func main() {
    // A reader that goes away must not kill the process with a signal: writes then fail and say so.
    signal(SIGPIPE, SIG_IGN)
    exit(Secretslint.run(Array(CommandLine.arguments.dropFirst()), output: Output(live: true)))
  }
}
