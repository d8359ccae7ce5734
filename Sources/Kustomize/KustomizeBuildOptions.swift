/// The arguments of `kustomize build` that Argo CD's `kustomize.buildOptions` may hold (kustomize/commands/build).
package struct KustomizeBuildOptions: Sendable, Equatable {
  /// `--enable-helm`.
  package var enablesHelm = false
  /// `--load-restrictor LoadRestrictionsRootOnly`, the default.
  package var restrictsLoads = true
  /// Arguments that change what is built in a way that is not known here.
  package var unsupported: [String] = []

  package init(_ text: String) {
    var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }).map(String.init)[...]
    while let word = words.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      func value() -> String { parts.count == 2 ? parts[1] : words.popFirst() ?? "" }
      func flag() -> Bool { parts.count < 2 || parts[1] == "true" }
      switch parts.first ?? "" {
      case "--enable-helm": enablesHelm = flag()
      case "--load-restrictor", "--load_restrictor":
        switch value() {
        case "LoadRestrictionsNone", "none": restrictsLoads = false
        case "LoadRestrictionsRootOnly", "rootOnly": restrictsLoads = true
        default: unsupported.append(word)
        }
      // What charts are told of the cluster comes from Argo CD itself; the network and plugins from containers are never used.
      case "--helm-kube-version", "--helm-api-versions", "--helm-command": _ = value()
      case "--network", "--as-current-user": break
      default: unsupported.append(word)
      }
    }
  }
}
