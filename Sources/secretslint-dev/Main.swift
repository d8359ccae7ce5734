import Commands
import Glibc

/// The tool of those who work on secretslint. Not installed.
@main struct Main {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    switch words.first {
    case "fuzz-helm": exit(HelmFuzz.run(Array(words.dropFirst())))
    case "fuzz-kustomize": exit(KustomizeFuzz.run(Array(words.dropFirst())))
    case "fuzz-lint": exit(LintFuzz.run(Array(words.dropFirst())))
    case "fuzz-plugin": exit(PluginFuzz.run(Array(words.dropFirst())))
    case "mutate-rules": exit(RuleMutationCommand.run(Array(words.dropFirst())))
    default:
      print("usage: secretslint-dev fuzz-helm CHARTS RUNS [SEED [FIRST]]")
      print("       secretslint-dev fuzz-kustomize DIRECTORY RUNS [SEED [FIRST]]")
      print("       secretslint-dev fuzz-lint REPOSITORIES RUNS [SEED [FIRST]]")
      print("       secretslint-dev fuzz-plugin REPOSITORIES RUNS [SEED [FIRST]]")
      print("       secretslint-dev mutate-rules [DIR]")
      exit(2)
    }
  }
}
