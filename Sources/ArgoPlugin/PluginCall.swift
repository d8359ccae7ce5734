// The Argo CD side: what a config management plugin's sidecar is called with, and what it answers. Bytes in, bytes out; nothing here
// reads the machine. The contract is Argo CD's cmpserver/plugin and reposerver/repository.

import ArgoCD
import FileTree
import SourceText
import Values

/// One call of the plugin.
package struct PluginCall: Sendable {
  /// The whole environment of the process; only exact names are read.
  package var environment: [String: String]
  /// What Argo CD has sent.
  package var tree: any FileTree
  /// The Application's directory in the tree, "" for its root.
  package var directory: String
  /// Where the tree lies on disk; "" where it does not.
  package var root = ""
  package var logFormat = PluginLog.Format.text
  package var renderer = PluginRenderer.native
  /// Runs the official binaries; nil where none may be run.
  package var runTool: (@Sendable (_ plan: ToolPlan) -> ToolResult)?

  package init(environment: [String: String], tree: any FileTree, directory: String) {
    self.environment = environment
    self.tree = tree
    self.directory = directory
  }

  /// Where the sent tree begins and where in it the call stands: behind `_cmp_server/<id>` of the working directory, else above
  /// `ARGOCD_APP_SOURCE_PATH`, else the working directory itself. Never further up.
  /// - Parameter workingDirectory: absolute, without links.
  package static func locate(workingDirectory: String, environment: [String: String]) -> (root: String, directory: String) {
    let parts = workingDirectory.split(separator: "/").map(String.init)
    if let mark = parts.lastIndex(of: "_cmp_server"), mark + 1 < parts.count {
      return ("/" + parts[...(mark + 1)].joined(separator: "/"), parts[(mark + 2)...].joined(separator: "/"))
    }
    let path = (environment["ARGOCD_APP_SOURCE_PATH"] ?? "").split(separator: "/").map(String.init).filter { $0 != "." }
    if !path.isEmpty, path.count < parts.count, Array(parts.suffix(path.count)) == path {
      return ("/" + parts.dropLast(path.count).joined(separator: "/"), path.joined(separator: "/"))
    }
    return (workingDirectory, "")
  }

  /// `ARGOCD_APP_NAME`, without the namespace of an Application outside of Argo CD's own.
  package var applicationName: String {
    let name = environment["ARGOCD_APP_NAME"] ?? ""
    return name.split(separator: "_", maxSplits: 1).last.map(String.init) ?? name
  }

  /// A setting that users give as plugin environment, or operators as environment of the sidecar.
  func setting(_ name: String) -> (value: String, isUsers: Bool)? {
    if let value = environment["ARGOCD_ENV_" + name], !value.isEmpty { return (value, true) }
    if let value = environment[name], !value.isEmpty { return (value, false) }
    return nil
  }
}

/// What the process writes, and how it ends.
package struct PluginAnswer: Sendable, Equatable {
  package var standardOutput: [UInt8]
  package var standardError: [UInt8]
  package var exitCode: Int32

  package init(standardOutput: [UInt8] = [], standardError: [UInt8] = [], exitCode: Int32 = 0) {
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.exitCode = exitCode
  }
}
